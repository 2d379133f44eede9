import { parseConfig } from "../../../modules/load-config";
import { problemsIn } from "../../support/problems";
import { EXISTING, minimal } from "../../support/project";

const RUNNERS = "runners: [{cpu: 2, memory: 8Gi, max: 4}]";
const fleet = (name: string, seed: string, more = "") => `{name: ${name}, ${seed === "" ? "" : `seed: {${seed}}, `}${more}${RUNNERS}}`;
const fleets = (...all: string[]) => minimal(`fleets: [${all.join(", ")}]`);
const MAIN = fleet("main", "publish: true");
const at = (index: number, rest: string) => `fleets[${index}].${rest}`;

test.each<[string, string, string[]]>([
  ["an older engine", fleets(fleet("main", "publish: true", "dagger: 0.20.8, ")), [at(0, 'dagger | "0.20.8" | 0.21.0 or later beside seed: no older engine was seen to take up what another left')]],
  ["a cache on the root disk", fleets(fleet("main", "publish: true", "engine: {cache: root-disk}, ")), [at(0, 'engine.cache | "root-disk" | nvme beside seed: there a cache is whole before the engine starts')]],
  ["nothing to begin with", fleets(fleet("main", "maxGb: 20")), [at(0, "seed.publish | false | true, or seed.from beside it: without either, new nodes have nothing to begin with")]],
  ["both", fleets(MAIN, fleet("pr", "publish: true, from: main")), [at(1, 'seed.from | "main" | nothing beside publish: true: a fleet that publishes begins with what its own nodes left')]],
  ["a fleet that there is not", fleets(MAIN, fleet("pr", "from: mian")), [at(1, 'seed.from | "mian" | another fleet of this file that publishes: main; did you mean main?')]],
  ["a fleet that does not publish", fleets(MAIN, fleet("pr", "from: main"), fleet("docs", "from: pr")), [at(2, 'seed.from | "pr" | another fleet of this file that publishes: main')]],
  ["a fleet without seeds, where none publishes", fleets(fleet("main", ""), fleet("pr", "from: main")), [at(1, 'seed.from | "main" | another fleet of this file with seed: {publish: true}; none has it')]],
  ["itself", fleets(fleet("main", "from: main")), [at(0, 'seed.from | "main" | another fleet of this file with seed: {publish: true}; none has it')]],
  ["an engine of another version", fleets(MAIN, fleet("pr", "from: main", "dagger: 0.21.8, ")), [at(1, 'seed.from | "main" | a fleet of Dagger 0.21.8, as this one is: main has 0.21.9, and an engine takes up what one of its own version left')]],
  ["another architecture", fleets(MAIN, fleet("pr", "from: main", "nodes: {architecture: arm64}, ")), [at(1, 'seed.from | "main" | a fleet of arm64 nodes, as this one is: main has amd64, and what was built there does not run here')]],
  [
    "bounds of no use",
    fleets(fleet("main", "publish: true, restoreWithin: 4s, publishEvery: 9m59s"), fleet("pr", "from: main, restoreWithin: 10m1s")),
    [
      at(0, 'seed.restoreWithin | "4s" | at least 5s'),
      at(0, 'seed.publishEvery | "9m59s" | at least 10m'),
      at(1, 'seed.restoreWithin | "10m1s" | at most 10m: so long do jobs wait for a node that may begin cold anyway'),
    ],
  ],
  [
    "jobs with the service account",
    fleets(fleet("main", "publish: true").replace("max: 4", "max: 4, serviceAccount: {mode: existing, name: cache-seed}")),
    [at(0, 'runners[0].serviceAccount.name | "cache-seed" | another service account: jobs would get the rights of the pods that restore and publish')],
  ],
  [
    "the bucket of the states",
    minimal("state: {type: s3, bucket: acme-states}\nseeds: {bucket: acme-states}"),
    ['seeds.bucket | "acme-states" | another bucket than state.bucket: jobs can take the role that writes seeds'],
  ],
  [
    "a key of another region",
    minimal('seeds: {kmsKeyArn: "arn:aws:kms:us-east-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"}'),
    ['seeds.kmsKeyArn | "arn:aws:kms:us-east-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" | an ARN of the region eu-west-1'],
  ],
  // What is wrong with the other fleet is told of there, and no more.
  ["a source with a problem of its own", fleets(fleet("main", "publish: maybe"), fleet("pr", "from: main")), [at(0, 'seed.publish | "maybe" | true or false')]],
])("%s is refused", (_title, yaml, expected) => {
  expect(problemsIn(yaml).sort()).toEqual([...expected].sort());
});

test.each([
  ["one that publishes and one that restores, nodes that stay among them", fleets(MAIN, fleet("pr", "from: main", "nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 1}, "))],
  ["a pre-release of 1.0.0", fleets(fleet("main", "publish: true, restoreWithin: 10m, publishEvery: 10m", "dagger: 1.0.0-beta.7, "))],
  ["a cluster that exists, whatever is in it", minimal(`${EXISTING}\nfleets: [${MAIN}]`)],
  ["settings of a bucket, before any fleet has seeds", minimal("seeds: {expireAfterDays: 90}")],
])("%s is accepted", (_title, yaml) => {
  expect(() => parseConfig(yaml)).not.toThrow();
});
