import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { helmRelease } from "../cdktf/helm-release";
import { chartYaml, LocalChart, type ChartFiles } from "../cdktf/local-chart";
import { ENGINE_PRIORITY_CLASS } from "../contract/fleet-contract";

/** Name of the chart, the release, the policy and its binding. */
export const GUARD_CHART = "dagger-ci-addons-guard";
const VERSION = "1.0.0";
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
          "The dagger stack stands and needs what the addons stack installs. Apply addons again, since Terraform has " +
          "taken its outputs out of the state; then destroy dagger first, or all stacks in their order with npm run destroy.",
      },
    ],
  },
};

const binding = {
  apiVersion: ADMISSION,
  kind: "ValidatingAdmissionPolicyBinding",
  metadata: { name: GUARD_CHART },
  spec: {
    policyName: GUARD_CHART,
    paramRef: { name: ENGINE_PRIORITY_CLASS.name, parameterNotFoundAction: "Allow" },
    validationActions: ["Deny"],
  },
};

/** As a chart: an object of its own each would take a hundred lines of every plan. */
export const guardFiles: ChartFiles = {
  "Chart.yaml": chartYaml({ name: GUARD_CHART, version: VERSION }),
  "templates/policy.yaml": `${JSON.stringify(policy, null, 2)}\n---\n${JSON.stringify(binding, null, 2)}\n`,
};

/**
 * Keeps the addons while the dagger stack stands, whoever destroys them: `terraform destroy` evaluates no condition, but
 * it has to delete the guard before anything that the guard depends on, and the API server refuses that as long as the
 * engines' priority class exists, which the dagger stack makes first and deletes last.
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
      values: {},
    });
    new ConfigMapV1(this, "guard", { metadata: GUARD, dependsOn: [...dependsOn, release] });
  }
}
