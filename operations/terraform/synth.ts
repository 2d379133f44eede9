import { loadConfig } from "../../modules/load-config";

/** Synthesises all stacks of the configuration. Loaded only when asked for: the bindings take most of a second. */
export async function synthesizeConfigured(): Promise<string> {
  const { synthesize } = await import("../../stacks/app");
  return synthesize(loadConfig());
}
