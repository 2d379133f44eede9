import { atLeast, type FleetConfig } from "../config/fleet";
import { cacheMaxGb, smallestDiskGb } from "../placement/cache-size";

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
  security: "0.15.0",
  "security.insecureRootCapabilities": "0.15.0",
  registries: "0.19.0",
};

/**
 * The engine's engine.json. Sizes are bytes, since it reads `GB` as GiB, and come from the smallest disk that a node of
 * the fleet may have: one configuration serves all nodes.
 * @throws Error for a key that the fleet's Dagger version does not know.
 */
export function engineConfig(fleet: FleetConfig): object {
  const { engine, dagger } = fleet;
  const max = cacheMaxGb(fleet) * GB;
  const { registryMirrors } = engine;
  const config = {
    logLevel: engine.logLevel,
    gc: {
      enabled: true,
      reservedSpace: Math.floor(max / 4),
      maxUsedSpace: max,
      minFreeSpace: Math.floor(smallestDiskGb(fleet) * 0.15) * GB,
    },
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

/** Every key of a configuration as a path; below `registries` come hosts, which are not keys. */
const keysOf = (value: object, path = ""): string[] =>
  Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const here = path === "" ? key : `${path}.${key}`;
    const below = typeof item === "object" && item !== null && here !== "registries" ? keysOf(item, here) : [];
    return [here, ...below];
  });
