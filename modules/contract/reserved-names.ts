import { ADDONS } from "./addons";

/**
 * Names that a fleet cannot have: the dagger stack has a construct or an output of each. Their ids are a contract (another id
 * replaces a resource), so the fleet gives way. A test compares this list with the stack.
 */
export const RESERVED_FLEET_NAMES: readonly string[] = [
  "addons", "amis", "aws", "backend", "caller", "cluster", "engine-priority", "helm", "identity", "installation", "kubernetes", "monitoring",
  "namespaces", "network", "warm-priority",
];

/** Names that a runner size cannot have: each fleet has a construct of each. */
export const RESERVED_SIZE_NAMES: readonly string[] = [
  "certificates", "cloud-cache-secret", "cloud-secret", "engine", "github-certificate", "github-secret", "namespace", "nodes", "proxy-secret",
  "registry-secret", "runner-images", "seed", "seed-pods", "telemetry-secret", "warm",
];

/** Namespaces that every cluster has, and those of the controllers that the addons stack installs. */
export const RESERVED_NAMESPACES: readonly string[] = [...new Set(["default", "kube-system", ...Object.values(ADDONS).map(({ namespace }) => namespace)])];
