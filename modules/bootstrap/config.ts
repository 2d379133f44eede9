import { ConfigError } from "../config/problems";
import type { Config } from "../config/schema";

/** A configuration that says where states are kept and from which repository it is delivered. */
export type BootstrapConfig = Config & {
  readonly state: Extract<Config["state"], { type: "s3" }>;
  readonly delivery: NonNullable<Config["delivery"]>;
};

/** @throws ConfigError with what is missing for workflows to plan and deploy. */
export function bootstrapConfig(config: Config, file: string): BootstrapConfig {
  const { state, delivery } = config;
  if (state.type === "s3" && delivery) return { ...config, state, delivery };
  throw new ConfigError(file, [
    ...(state.type === "s3" ? [] : [{ path: ["state"], received: state, allowed: "{type: s3, bucket: …}: the bucket and the roles that this makes are for states in S3" }]),
    ...(delivery ? [] : [{ path: ["delivery"], received: undefined, allowed: "{repository: owner/name}: the repository whose workflows plan and deploy" }]),
  ]);
}
