import { offeringTable } from "../../../modules/facts/offerings";

test("the table holds only what its types allow", () => {
  for (const { name, architecture, vcpu, maxPods, in: only, notIn } of offeringTable.types) {
    expect(name).toMatch(/^[a-z0-9-]+\.[a-z0-9-]+$/);
    expect(["amd64", "arm64"]).toContain(architecture);
    expect(vcpu * maxPods).toBeGreaterThan(0);
    for (const region of [...(only ?? []), ...(notIn ?? [])]) expect(offeringTable.regions).toContain(region);
  }
});
