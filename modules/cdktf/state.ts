import "./lean-cdktf";
import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import type { Config } from "../config/schema";

/** Where Terraform keeps the state of a stack. */
export function stateLocation(config: Config, stackId: string) {
  const { state } = config;
  if (state.type === "local") {
    // Terraform runs in cdktf.out/stacks/<stack>; the path is relative so that a checkout can be moved.
    // The name keeps installations apart that share a checkout.
    return { type: "local", path: `../../../${state.directory}/${config.name}/${stackId}.tfstate` } as const;
  }
  const remote = {
    bucket: state.bucket,
    key: `${state.prefix ?? config.name}/${stackId}.tfstate`,
    region: state.region ?? config.region,
    ...(config.profile === undefined ? {} : { profile: config.profile }),
  };
  return { type: "s3", remote, kmsKeyArn: state.kmsKeyArn } as const;
}

/** Gives a stack its backend. Every stack has an explicit one: cdktf's default writes this machine's path. */
export function addBackend(stack: TerraformStack, config: Config, stackId: string): void {
  const state = stateLocation(config, stackId);
  if (state.type === "local") {
    new LocalBackend(stack, { path: state.path });
    return;
  }
  const backend = new S3Backend(stack, {
    ...state.remote,
    encrypt: true,
    ...(state.kmsKeyArn === undefined ? {} : { kmsKeyId: state.kmsKeyArn }),
  });
  // cdktf 0.21 has no property for S3's own locking.
  backend.addOverride("use_lockfile", true);
}
