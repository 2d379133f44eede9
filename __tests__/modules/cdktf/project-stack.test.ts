import { parseConfig } from "../../../modules/load-config";
import { STACKS } from "../../../modules/contract/outputs";
import { stateLocation } from "../../../modules/cdktf/state";
import { EXISTING, minimal, synthesize } from "../../support/project";

interface Memory {
  readonly input: Record<string, string>;
  readonly lifecycle: { readonly ignore_changes: string[]; readonly postcondition: { readonly condition: string }[] };
}
const memoryOf = (yaml: string, stack: (typeof STACKS)[number], id = "identity") => synthesize(minimal(yaml)).stacks[stack].resource?.terraform_data?.[id] as unknown as Memory | undefined;

test.each(STACKS)("%s remembers its installation, and Terraform refuses a plan for another", (stack) => {
  const { input, lifecycle } = memoryOf("", stack)!;
  const account = "data.aws_caller_identity.caller.account_id";
  expect(input).toEqual({ name: "dagger-ci", region: "eu-west-1", account: `\${${account}}` });
  // What is ignored is what stays as it was.
  expect(lifecycle.ignore_changes).toEqual(["input"]);
  expect(lifecycle.postcondition.map(({ condition }) => condition)).toEqual([
    '${self.input.name == "dagger-ci"}',
    '${self.input.region == "eu-west-1"}',
    `\${self.input.account == ${account}}`,
    // What was applied before there was a path has none.
    '${try(self.input.iam_path, "/") == "/"}',
  ]);
  expect(synthesize(minimal()).stacks[stack].output!.installation!.value).toEqual(input);
});

test("an account of the configuration is taken as it is", () => {
  const { input, lifecycle } = memoryOf('account: "111122223333"\n', "network")!;
  expect(input.account).toBe("111122223333");
  expect(lifecycle.postcondition[2]!.condition).toBe('${self.input.account == "111122223333"}');
});

test("addons remembers the minor version of ARC that it installs, and no other's", () => {
  expect(memoryOf("versions: {arc: 0.13.1}\n", "addons", "arc-minor")).toMatchObject({
    input: { minor: "0.13" },
    lifecycle: { ignore_changes: ["input"], postcondition: [{ condition: '${self.input.minor == "0.13"}' }] },
  });
  const existing = `${EXISTING}\naddons: {arc: {mode: existing, namespace: arc, serviceAccount: arc, version: 0.14.2}}\n`;
  expect(memoryOf(existing, "addons", "arc-minor")).toBeUndefined();
});

test("installations of one checkout share no local state", () => {
  const path = (name: string) => stateLocation(parseConfig(minimal().replace("name: dagger-ci", `name: ${name}`)), "network");
  expect(path("staging")).toEqual({ type: "local", path: "../../../.terraform-state/staging/network.tfstate" });
  expect(path("production")).toEqual({ type: "local", path: "../../../.terraform-state/production/network.tfstate" });
});
