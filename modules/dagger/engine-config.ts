import { seconds } from "../config/fields/quantities";
import { atLeast, type FleetConfig } from "../config/fleet";
import { cacheMaxGb, FREE_PERCENT } from "../placement/cache-size";

const GB = 1_000_000_000;

/**
 * The keys of engine.json and the first Dagger version that knows each (engine/config/config.go at the tags). An engine
 * stops at a key that it does not know.
 */
const KNOWN_SINCE: Record<string, string> = {
  logLevel: "0.15.0",
  gc: "0.15.0",
  "gc.enabled": "0.15.0",
  "gc.reservedSpace": "0.15.0",
  "gc.maxUsedSpace": "0.15.0",
  "gc.minFreeSpace": "0.15.0",
  "gc.policies": "0.15.0",
  "gc.policies.all": "0.15.0",
  "gc.policies.keepDuration": "0.15.0",
  "gc.policies.reservedSpace": "0.15.0",
  "gc.policies.maxUsedSpace": "0.15.0",
  "gc.policies.minFreeSpace": "0.15.0",
  security: "0.15.0",
  "security.insecureRootCapabilities": "0.15.0",
  registries: "0.19.0",
};

/**
 * The engine's engine.json. Sizes are bytes, since it reads `GB` as GiB, and come from the smallest disk that a node of
 * the fleet may have: one configuration serves all nodes. What is to be free is a share of the node's own disk, as it is for
 * Kubernetes. Policies are written out: Dagger's own (engine/server/gc.go) take cache volumes and sources beyond 512 MB away
 * when they were idle for 48 hours. A duration is a number of seconds, since in a text the engine would read the quotes, too.
 *
 * Since 0.21 `reservedSpace` keeps nothing back (`pruneTargetBytes` in dagql/cache_prune.go); before, it is a floor.
 * @throws Error for a key that the fleet's Dagger version does not know.
 */
export function engineConfig(fleet: FleetConfig): object {
  const { engine, dagger } = fleet;
  const max = cacheMaxGb(fleet) * GB;
  const { registryMirrors, keepUnused } = engine;
  const space = { reservedSpace: Math.floor(max / 4), maxUsedSpace: max, minFreeSpace: `${FREE_PERCENT}%` };
  // Without a bound of its own a policy does nothing; one byte is as good as none.
  const unused = keepUnused === "Never" ? [] : [{ all: true, keepDuration: seconds(keepUnused), maxUsedSpace: 1 }];
  const config = {
    logLevel: engine.logLevel,
    gc: { enabled: true, ...space, policies: [...unused, { all: true, ...space }] },
    ...(engine.insecureRootCapabilities ? {} : { security: { insecureRootCapabilities: false } }),
    ...(Object.keys(registryMirrors).length === 0
      ? {}
      : { registries: Object.fromEntries(Object.entries(registryMirrors).map(([host, mirrors]) => [host, { mirrors }])) }),
  };
  for (const key of keysOf(config)) {
    const since = KNOWN_SINCE[key];
    if (since === undefined || !atLeast(dagger, since)) throw new Error(`engine.json of Dagger ${dagger} has no key ${key}`);
  }
  return config;
}

/** Every key of a configuration as a path, the same for all items of a list; below `registries` come hosts, which are not keys. */
const keysOf = (value: object, path = ""): string[] =>
  Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const here = Array.isArray(value) ? path : path === "" ? key : `${path}.${key}`;
    const below = typeof item === "object" && item !== null && here !== "registries" ? keysOf(item, here) : [];
    return [here, ...below];
  });
