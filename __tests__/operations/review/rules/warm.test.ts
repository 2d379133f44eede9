import { changesOf } from "../../../../operations/review/changes";
import { warm } from "../../../../operations/review/rules/warm";

const manifest = (windows: object[] | undefined, image = "runner:1") => ({
  manifest: {
    kind: "Deployment",
    metadata: { name: "warm-2c-8g", labels: { "dagger-ci/warm": "2c-8g" }, annotations: windows === undefined ? {} : { "dagger-ci/warm": JSON.stringify({ warm: windows, most: 20, pods: {}, packEvery: 600 }) } },
    spec: { template: { spec: { containers: [{ image }] } } },
  },
});
const WORK = [{ during: "mon-fri 07:00-19:00 Europe/Dublin", runners: 4 }];
const told = (actions: string[], before: object | null, after: object | null) =>
  warm(changesOf({ resource_changes: [{ address: "kubernetes_manifest.main_warm", mode: "managed", type: "kubernetes_manifest", name: "main_warm", change: { actions, before, after } }] }));
const common = { address: "kubernetes_manifest.main_warm", weight: "note" };
const JOBS = "room is there at once for as many jobs in these hours; the next ones wait for nodes as ever";
// Sixty hours of 168 in a month of 730.
const HOURS = "about 261 hours a month, 1,043 runner-hours";

test("hours that begin: how many, when, and how much that is", () => {
  expect(told(["create"], null, manifest(WORK))).toEqual([
    { ...common, title: "Runners kept warm", how: "4 of 2c-8g mon-fri 07:00-19:00 Europe/Dublin", means: { jobs: JOBS, cost: `Karpenter keeps nodes for them, with a job or without: ${HOURS}` } },
  ]);
});

test("other hours: before and after", () => {
  const more = [...WORK, { during: "sat 10:00-14:00 UTC", runners: 1 }];
  expect(told(["update"], manifest(WORK), manifest(more))).toEqual([
    {
      ...common,
      title: "Runners kept warm at other hours",
      how: "4 of 2c-8g mon-fri 07:00-19:00 Europe/Dublin to 4 of 2c-8g mon-fri 07:00-19:00 Europe/Dublin, 1 of 2c-8g sat 10:00-14:00 UTC",
      means: { jobs: JOBS, cost: `Karpenter keeps nodes for them, with a job or without: about 278 hours a month, 1,060 runner-hours, before ${HOURS}` },
    },
  ]);
});

test("hours that end", () => {
  expect(told(["delete"], manifest(WORK), null)).toEqual([
    { ...common, title: "Runners no longer kept warm", how: "4 of 2c-8g mon-fri 07:00-19:00 Europe/Dublin", means: { jobs: "the first of them wait for nodes at any hour", cost: `nodes are not kept any more: ${HOURS} less` } },
  ]);
});

test("nothing where hours stay, and of Deployments of others", () => {
  expect(told(["update"], manifest(WORK), manifest(WORK, "runner:2"))).toEqual([]);
  expect(told(["no-op"], manifest(WORK), manifest(WORK))).toEqual([]);
  expect(told(["create"], null, manifest(undefined))).toEqual([]);
});
