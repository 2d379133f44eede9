import { engineRestart } from "../../../../operations/review/rules/engine-restart";
import { flags, planOf } from "../../../support/plans";

test.each([
  ["engine upgraded in place", { how: "0.21.8 to 0.21.9" }],
  ["engine setting", {}],
])("an engine restarts with runners on: %s", (name, how) => {
  expect(flags(engineRestart, planOf(name, "dagger"))).toEqual([
    {
      title: "Engine restarts with runners on",
      ...how,
      what: "dagger-ci-main-2c-8g, dagger-ci-main-4c-16g stay on",
      means: { jobs: "each engine waits for its jobs as long as its drain time allows, then ends their pipelines" },
      advice: "A new fleet beside this one loses none",
      address: "helm_release.main_engine_991B6A10",
    },
  ]);
});

test.each(["engine upgraded by a new fleet", "runner sizes", "nodes that stay", "chart mirror"])("not by: %s", (name) => {
  expect(flags(engineRestart, planOf(name, "dagger"))).toEqual([]);
});

test("not once the fleet's runners are gone", () => {
  const real = planOf("engine upgraded in place", "dagger");
  const alone = (real.resource_changes ?? []).filter(({ name }) => !/^main_\dc/.test(name));
  expect(flags(engineRestart, { ...real, resource_changes: alone })).toEqual([]);
});
