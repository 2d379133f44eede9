import { errorsIn, errorText, unreadableState, waitsFor, type Diagnostic } from "../../../operations/terraform/diagnostics";

const DEPENDENCIES = ["network", "cluster", "addons"];
const error = (summary: string, more: Partial<Diagnostic> = {}): Diagnostic => ({ severity: "error", summary, ...more });

// As Terraform 1.11 says it.
const noState = (stack: string) =>
  error("Unable to find remote state", {
    detail: "No stored state was found for the given workspace in the given backend.",
    address: `data.terraform_remote_state.${stack}`,
    snippet: { code: "      },", values: [] },
  });
const noOutput = error("Unsupported attribute", {
  detail: 'This object does not have an attribute named "interruption_queue".',
  snippet: { code: "        \"value\": \"${data.terraform_remote_state.cluster.outputs.interruption_queue}\"" },
});
// As the Kubernetes provider 2.38 says it.
const noCrd = error("API did not recognize GroupVersionKind from manifest (CRD may not be installed)", {
  detail: 'no matches for kind "NodePool" in group "karpenter.sh"',
  address: "kubernetes_manifest.main_nodes_node-pool_17792FEB",
});

/** As Terraform tells a precondition of modules/cdktf/stack-versions.ts that does not hold. */
const otherVersion = (has: string, wants: string) =>
  error("Resource precondition failed", { detail: `The addons stack has ${has}, and this configuration wants ${wants}. Another\nminor version would delete them.` });

test.each([
  ["states that were never written, in the order of the stacks", [noState("addons"), noState("network")], ["network: never applied", "addons: never applied"]],
  ["an output that is not there yet", [noOutput], ["cluster: no output interruption_queue there yet"]],
  ["kinds of objects that the cluster does not know", [noCrd, noCrd], ["addons: the cluster does not know NodePool yet"]],
  [
    "a controller of another version, once for all that wants it",
    [otherVersion("ARC 0.13.1", "runner sets of 0.14.2"), otherVersion("ARC 0.13.1", "runner sets of 0.14.2")],
    ["addons: it has ARC 0.13.1, and this wants runner sets of 0.14.2"],
  ],
  ["a controller whose CRDs are older", [otherVersion("Karpenter 1.13.0", "1.14.1")], ["addons: it has Karpenter 1.13.0, and this wants 1.14.1"]],
  ["another precondition is an error", [error("Resource precondition failed", { detail: "No." })], []],
  ["anything else is an error", [error("Invalid provider configuration")], []],
  ["anything else beside a wait is an error", [noState("network"), error("Error acquiring the state lock")], []],
])("a stack waits for: %s", (_name, errors, expected) => {
  expect(waitsFor(errors, DEPENDENCIES).map(({ stack, because }) => `${stack}: ${because}`)).toEqual(expected);
});

test("errors are found among the lines of a plan; warnings and other lines are not", () => {
  const line = (diagnostic: object) => JSON.stringify({ "@level": "error", type: "diagnostic", diagnostic });
  const lines = ["Initializing…", '{"type":"version"}', "{broken", line(noState("network")), line({ ...noCrd, severity: "warning" })].join("\n");
  expect(errorsIn(lines)).toEqual([noState("network")]);
});

test("an error is told with its place and its detail", () => {
  expect(errorText([noState("network"), error("Cycle")])).toBe(
    "Unable to find remote state (data.terraform_remote_state.network)\nNo stored state was found for the given workspace in the given backend.\n\nCycle",
  );
});

test("one error of many resources is told once", () => {
  expect(errorText([error("Resource precondition failed", { detail: "The secret x" }), error("Resource precondition failed", { detail: "The secret x" }), error("other")])).toBe(
    "Resource precondition failed\nThe secret x\n\nother",
  );
});

const NEWER = "A state was written by Terraform 2.0.0, which this version cannot read.\nNothing was changed. Use that version, or a later one, everywhere.";
// As Terraform 1.11.4 says it, of the stack's own state at init, and of another's in a plan.
test.each([
  [
    "damaged",
    'Error: Error refreshing state: 2 problems:\n\n- Unsupported state file format: The state file could not be parsed as JSON: syntax error at byte offset 43371.',
    "A state is damaged and cannot be read.\nNothing was changed. Put a copy of it back: docs/bad-day.md, The states are lost.",
  ],
  [
    "newer, at init",
    "Error: Error refreshing state: Unsupported state file format: The state file uses format version 5, which is not supported by Terraform 1.11.4. This state file was created by Terraform 2.0.0.\n",
    NEWER,
  ],
  [
    "newer, in a plan",
    JSON.stringify({ diagnostic: { summary: "Unsupported state file format", detail: "The state file uses format version 5, which is not supported by Terraform 1.11.4. This state file was created by Terraform 2.0.0." } }),
    NEWER,
  ],
])("a state that cannot be read: %s", (_what, output, expected) => {
  expect(unreadableState(output)).toBe(expected);
});

test("what else Terraform says is no such state", () => expect(unreadableState("Error: no such bucket")).toBeUndefined());
