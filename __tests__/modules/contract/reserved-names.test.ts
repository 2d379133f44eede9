import { RESERVED_FLEET_NAMES, RESERVED_SIZE_NAMES } from "../../../modules/contract/reserved-names";
import { minimal, synthesize } from "../../support/project";

test("names that a fleet or a size cannot have are those of the stack's own constructs", () => {
  const { stacks } = synthesize(
    minimal('addons: {metrics: true}\ndaggerCloud: {secret: s}\nproxy: {https: "http://proxy.example:3128", secret: p}\nfleets: [{name: main, seed: {publish: true}, runners: [{cpu: 2, memory: 8Gi, max: 2, warm: [{during: daily 07:00-19:00 UTC, runners: 1}]}]}]'),
  );
  const ids = [...Object.values(stacks.dagger.resource!), ...Object.values(stacks.dagger.data!)].flatMap((items) => Object.keys(items).map((id) => id.split("_")));
  const named = (names: (string | undefined)[]) => new Set(names.filter((name) => name !== undefined && /^[a-z][a-z0-9-]{0,19}$/.test(name)));
  const ofStack = named([...ids.map(([first]) => first), ...Object.keys(stacks.dagger.output!), ...Object.keys(stacks.dagger.provider!)]);
  ofStack.delete("main");
  expect([...ofStack].filter((name) => !RESERVED_FLEET_NAMES.includes(name!))).toEqual([]);
  const inFleet = named(ids.filter(([first]) => first === "main").map(([, second]) => second));
  expect(inFleet.size).toBeGreaterThan(4);
  for (const name of inFleet) expect(RESERVED_SIZE_NAMES).toContain(name);
});
