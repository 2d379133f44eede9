import { outlives, removalTime, timeText } from "../../../operations/deploy/removal-time";
import type { PlanJson } from "../../../operations/review/plan-json";

const resource = (type: string, name: string, before: object, actions = ["delete"]) => ({ address: `${type}.${name}`, mode: "managed", type, name, change: { actions, before } });
const NODES = resource("kubernetes_manifest", "blue_nodes_node-class_1", { timeouts: { delete: "26100s" } });
const ENGINE = resource("helm_release", "blue_engine_1", { timeout: 900, wait: true });
const plan = (...resource_changes: ReturnType<typeof resource>[]): PlanJson => ({ resource_changes });

test("removals of one fleet go one after another, fleets side by side, and what stays does not count", () => {
  const other = resource("helm_release", "green_engine_1", { timeout: 600, wait: true });
  const stays = resource("kubernetes_manifest", "red_nodes_node-class_1", { timeouts: { delete: "90000s" } }, ["update"]);
  expect(removalTime(plan(ENGINE, NODES, other, stays)).seconds).toBe(27_000);
  expect(removalTime(plan(other, resource("aws_vpc", "vpc_1", {}))).seconds).toBe(600);
  expect(removalTime(plan(resource("helm_release", "blue_x", { timeout: 600, wait: false }))).seconds).toBe(0);
  expect(removalTime(plan(resource("kubernetes_manifest", "blue_x", { timeouts: { delete: "10m" } }, ["delete", "create"]))).seconds).toBe(600);
});

test("what would outlive the job is refused with the words to use, what fits is not", () => {
  expect(outlives("dagger", plan(ENGINE), 95 * 60)).toBeUndefined();
  expect(outlives("dagger", plan(ENGINE, NODES), 95 * 60)).toBe(
    `dagger: what this removes may take up to 7 h 30 min (kubernetes_manifest.blue_nodes_node-class_1 up to 7 h 15 min, helm_release.blue_engine_1 up to 15 min), and here there are 1 h 35 min.
Cut off half-way it would leave a lock and half a stack, so nothing was applied. Apply it where nothing cuts it off, with an
administrator's credentials and a way to the cluster: npm run deploy -- dagger. Or first shorten
nodes.terminationGracePeriod of the fleet (no job runs longer, is what it says), deploy that, and remove the fleet then.`,
  );
});

test.each([[30, "30 s"], [5700, "1 h 35 min"], [7200, "2 h"], [600, "10 min"], [-5, "0 s"]])("%d seconds are %s", (total, text) => {
  expect(timeText(total)).toBe(text);
});
