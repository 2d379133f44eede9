import { forSnapshot, scenario } from "../support/project";

describe("what each stack holds by default", () => {
  test.each(["network", "cluster", "addons", "dagger"] as const)("%s", (stack) => {
    expect(forSnapshot(scenario("defaults").stacks[stack])).toMatchSnapshot();
  });
});

describe("a private installation without NAT", () => {
  test.each(["network", "cluster"] as const)("%s", (stack) => {
    expect(forSnapshot(scenario("private without NAT").stacks[stack])).toMatchSnapshot();
  });
});

describe("an existing VPC", () => {
  test("network makes nothing and hands on the same outputs", () => {
    expect(forSnapshot(scenario("existing VPC").stacks.network)).toMatchSnapshot();
  });
});

describe("an existing VPC and cluster", () => {
  test.each(["network", "cluster", "addons"] as const)("%s", (stack) => {
    expect(forSnapshot(scenario("existing VPC and cluster").stacks[stack])).toMatchSnapshot();
  });
});

describe("both kinds of ARC, from mirrors, with metrics", () => {
  test("addons", () => {
    expect(forSnapshot(scenario("both kinds of ARC, from mirrors").stacks.addons)).toMatchSnapshot();
  });
});
