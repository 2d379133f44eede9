import { parseConfig } from "../../../modules/load-config";
import { engineConfig } from "../../../modules/dagger/engine-config";
import { minimal } from "../../support/project";

const configOf = (engine: string) =>
  engineConfig(parseConfig(minimal(`fleets: [{name: main, engine: {${engine}}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]`)).fleets[0]!) as {
    gc: { policies: object[] };
  };
const BY_SIZE = { all: true, reservedSpace: 25e9, maxUsedSpace: 100e9, minFreeSpace: "20%" };

test("what no job uses stays until the room is needed: no policy looks at its age", () => {
  expect(configOf("cacheMaxGb: 100").gc.policies).toEqual([BY_SIZE]);
});

test("with keepUnused, what is older goes whatever it takes, and the rest by size", () => {
  expect(configOf("cacheMaxGb: 100, keepUnused: 1h30m").gc.policies).toEqual([{ all: true, keepDuration: 5400, maxUsedSpace: 1 }, BY_SIZE]);
});
