import { errorsIn, errorText, waitsFor, type Diagnostic } from "../../../operations/terraform/diagnostics";

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

test.each([
  ["states that were never written, in the order of the stacks", [noState("addons"), noState("network")], ["network: never applied", "addons: never applied"]],
  ["an output that is not there yet", [noOutput], ["cluster: no output interruption_queue there yet"]],
  ["kinds of objects that the cluster does not know", [noCrd, noCrd], ["addons: the cluster does not know NodePool yet"]],
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
