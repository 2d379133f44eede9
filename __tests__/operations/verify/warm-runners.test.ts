import { checkWarm } from "../../../operations/verify/warm-runners";
import type { KubeObject } from "../../../operations/kubernetes/objects";
import type { Snapshot } from "../../../operations/verify/snapshot";
import { scenario } from "../../support/project";

const { config } = scenario("runners kept warm");
const main = { ...config.fleets[0]!, runners: [config.fleets[0]!.runners[0]!] } as (typeof config.fleets)[number];
const NOON = new Date("2026-11-26T12:00:00Z");

const object = (name: string, spec: object, status: object, labels = {}): KubeObject => ({ metadata: { name, namespace: "dagger-main", labels }, spec: { ...spec }, status: { ...status } });
const clock = (ready: number) => object("warm-clock", { replicas: 1 }, { readyReplicas: ready });
const deployment = (replicas: number) => object("warm-2c-8g", { replicas }, {});
const placeholders = (count: number, nodeName?: string) => Array.from({ length: count }, (_item, i) => object(`warm-${i}`, nodeName === undefined ? {} : { nodeName }, { phase: "Running" }, { "dagger-ci/warm": "2c-8g" }));
const runners = (count: number, phase = "Running") => Array.from({ length: count }, (_item, i) => object(`runner-${i}`, { nodeName: "a" }, { phase }, { "actions.github.com/scale-set-name": "ci-warm-main-2c-8g" }));
const findings = (deployments: KubeObject[], pods: KubeObject[] = [], now = NOON) =>
  checkWarm(main, { deployments, pods } as unknown as Snapshot, now).map(({ status, subject, detail }) => `${status} ${subject}: ${detail}`);

const SIZE = "warm runners 2c-8g of fleet main";
const UP = "ok clock of fleet main: running";

test.each<[string, KubeObject[], KubeObject[], Date, string[]]>([
  ["all well", [clock(1), deployment(4)], placeholders(4, "a"), NOON, [UP, `ok ${SIZE}: 4 of 4`]],
  ["on their way", [clock(1), deployment(4)], [...placeholders(1, "a"), ...placeholders(3)], NOON, [UP, `ok ${SIZE}: 1 of 4, nodes for the others are on their way`]],
  ["outside of the hours", [clock(1), deployment(0)], [], new Date("2026-11-28T12:00:00Z"), [UP, `ok ${SIZE}: none by its hours now`]],
  ["kept too long", [clock(1), deployment(4)], placeholders(4, "a"), new Date("2026-11-28T12:00:00Z"), [UP, `problem ${SIZE}: 4 are kept, by its hours it is 0 now: kubectl -n dagger-main logs deployment/warm-clock`]],
  ["not begun", [clock(1), deployment(0)], [], NOON, [UP, `problem ${SIZE}: 0 are kept, by its hours it is 4 now: kubectl -n dagger-main logs deployment/warm-clock`]],
  ["all runners are there", [clock(1), deployment(1)], [...runners(19), ...runners(5, "Succeeded")], NOON, [UP, `ok ${SIZE}: 0 of 1, nodes for the others are on their way`]],
  ["the clock is down", [clock(0), deployment(4)], placeholders(4, "a"), NOON, ["problem clock of fleet main: not ready, so hours begin and end unseen: kubectl -n dagger-main describe deployment warm-clock", `ok ${SIZE}: 4 of 4`]],
  ["nothing is there", [], [], NOON, ["problem clock of fleet main: Deployment warm-clock is not in namespace dagger-main: apply the dagger stack", `problem ${SIZE}: Deployment warm-2c-8g is not in namespace dagger-main: apply the dagger stack`]],
])("%s", (_what, deployments, pods, now, expected) => {
  expect(findings(deployments, pods, now)).toEqual(expected);
});

test("a fleet without hours has nothing to look for", () => {
  const [fleet] = scenario("defaults").config.fleets;
  expect(checkWarm(fleet!, {} as Snapshot)).toEqual([]);
});
