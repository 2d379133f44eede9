import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { helmRelease } from "../cdktf/helm-release";
import { chartYaml, LocalChart, type ChartFiles } from "../cdktf/local-chart";
import { ENGINE_PRIORITY_CLASS } from "../contract/fleet-contract";

/** Name of the chart, the release, the policy and its binding. */
export const GUARD_CHART = "dagger-ci-addons-guard";
const VERSION = "1.1.0";
/** An object that says nothing: it is there to be deleted first. */
const GUARD = { name: "dagger-ci-addons", namespace: "kube-system" };
const ADMISSION = "admissionregistration.k8s.io/v1";

const policy = {
  apiVersion: ADMISSION,
  kind: "ValidatingAdmissionPolicy",
  metadata: { name: GUARD_CHART },
  spec: {
    failurePolicy: "Fail",
    paramKind: { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" },
    matchConstraints: {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": GUARD.namespace } },
      resourceRules: [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["DELETE"], resources: ["configmaps"], resourceNames: [GUARD.name] },
      ],
    },
    validations: [
      {
        expression: "false",
        message:
          "A dagger stack stands, of this installation or of another in the cluster, and needs what the addons stack installs. " +
          "Apply addons again, since Terraform has taken its outputs out of the state; then destroy dagger first, or all stacks " +
          "in their order with npm run destroy.",
      },
    ],
  },
};

/** One by name, for a class from before it had the label; one for those of all installations in the cluster. */
const bindings = [
  { name: GUARD_CHART, params: { name: ENGINE_PRIORITY_CLASS.name } },
  { name: `${GUARD_CHART}-all`, params: { selector: { matchLabels: ENGINE_PRIORITY_CLASS.labels } } },
].map(({ name, params }) => ({
  apiVersion: ADMISSION,
  kind: "ValidatingAdmissionPolicyBinding",
  metadata: { name },
  spec: { policyName: GUARD_CHART, paramRef: { ...params, parameterNotFoundAction: "Allow" }, validationActions: ["Deny"] },
}));

/** As a chart: an object of its own each would take a hundred lines of every plan. */
export const guardFiles: ChartFiles = {
  "Chart.yaml": chartYaml({ name: GUARD_CHART, version: VERSION }),
  "templates/policy.yaml": `${[policy, ...bindings].map((object) => JSON.stringify(object, null, 2)).join("\n---\n")}\n`,
};

/**
 * Keeps the addons while the dagger stack stands, whoever destroys them: `terraform destroy` evaluates no condition, but
 * it has to delete the guard before anything that the guard depends on, and the API server refuses that as long as a
 * priority class of engines exists, which a dagger stack makes first and deletes last.
 *
 * @example
 * new AddonsGuard(stack, "guard", { dependsOn: [karpenterRelease] });
 */
export class AddonsGuard extends Construct {
  constructor(scope: Construct, id: string, { dependsOn }: { readonly dependsOn: readonly ITerraformDependable[] }) {
    super(scope, id);
    const release = helmRelease(this, "policy", {
      name: GUARD_CHART,
      namespace: GUARD.namespace,
      chart: { name: new LocalChart(this, GUARD_CHART, guardFiles).path, version: VERSION },
    });
    new ConfigMapV1(this, "guard", { metadata: GUARD, dependsOn: [...dependsOn, release] });
  }
}
