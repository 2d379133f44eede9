import { fleetSchema, settleFleet } from "../../../modules/config/fleet";
import { instanceTypes } from "../../../modules/facts/instance-types";
import { placement } from "../../../modules/placement/placement";
import { versions } from "../../../modules/facts/versions";
import observed from "./observed-packing.json";

/**
 * `observed-packing.json` is what `proofs/placement/run` saw of the real Karpenter and the real scheduler. There were
 * always more runners than the fleet's limit lets run, so every node became full. Of each node that Karpenter bought:
 * `planned`, the runners that Karpenter counted on it when it bought it, and `running`, those that ran on it at last.
 */
const combinations = observed.combinations.map(({ title, fleet, nodes }) => {
  const settled = settleFleet("proof", fleetSchema.parse({ name: "proof", ...fleet }));
  return { title, nodes, size: placement(settled).sizes[0]! };
});

test("the observations are of the Karpenter that the project installs, and of thirty combinations or more", () => {
  expect(observed.karpenter).toBe(versions.karpenter);
  expect(combinations.length).toBeGreaterThanOrEqual(30);
});

describe.each(combinations)("$title", ({ nodes, size }) => {
  test("every type that Karpenter bought is in our list, and as many runners ran on the full node as we say", () => {
    const ours = new Map(size.landings.map(({ type, runners }) => [type.name, runners]));
    expect(nodes.map(({ type, running }) => [type, running])).toEqual(nodes.map(({ type }) => [type, ours.get(type)]));
  });

  test("the most that Karpenter planned beside one engine is the most that we say", () => {
    expect(Math.max(...nodes.map(({ planned }) => planned))).toBe(size.mostPerEngine);
    for (const { planned, running } of nodes) expect(planned).toBeLessThanOrEqual(running);
  });
});

test("nodes of both architectures, of many families and sizes", () => {
  const types = new Set(observed.combinations.flatMap(({ nodes }) => nodes.map(({ type }) => type)));
  const facts = instanceTypes.filter(({ name }) => types.has(name));
  expect(new Set(facts.map(({ architecture }) => architecture))).toEqual(new Set(["amd64", "arm64"]));
  expect(new Set(facts.map(({ family }) => family)).size).toBeGreaterThanOrEqual(15);
  expect(new Set(facts.map(({ vcpu }) => vcpu)).size).toBeGreaterThanOrEqual(6);
});
