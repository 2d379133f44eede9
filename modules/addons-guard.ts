import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { kubernetesManifest } from "./cdktf/manifest";
import { ENGINE_PRIORITY_CLASS } from "./contract/fleet-contract";

const API_VERSION = "admissionregistration.k8s.io/v1";
const POLICY = "dagger-ci-addons-in-use";
/** An object that says nothing: it is there to be deleted first. */
const GUARD = { name: "dagger-ci-addons", namespace: "kube-system" };

/**
 * Keeps the addons while the dagger stack stands, whoever destroys them: `terraform destroy` evaluates no condition, but
 * it has to delete the guard before anything that the guard depends on, and the API server refuses that as long as the
 * engines' priority class exists, which the dagger stack makes first and deletes last.
 */
export class AddonsGuard extends Construct {
  constructor(scope: Construct, id: string, { dependsOn }: { readonly dependsOn: readonly ITerraformDependable[] }) {
    super(scope, id);
    const policy = kubernetesManifest(this, "policy", {
      manifest: {
        apiVersion: API_VERSION,
        kind: "ValidatingAdmissionPolicy",
        metadata: { name: POLICY },
        spec: {
          failurePolicy: "Fail",
          paramKind: { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" },
          matchConstraints: {
            matchPolicy: "Equivalent",
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": GUARD.namespace } },
            objectSelector: {},
            resourceRules: [
              { apiGroups: [""], apiVersions: ["v1"], operations: ["DELETE"], resources: ["configmaps"], resourceNames: [GUARD.name], scope: "*" },
            ],
          },
          validations: [
            {
              expression: "false",
              message:
                "The dagger stack stands and needs what the addons stack installs: destroy dagger first, or all stacks " +
                "in their order with npm run destroy.",
            },
          ],
        },
      },
    });
    const binding = kubernetesManifest(this, "binding", {
      manifest: {
        apiVersion: API_VERSION,
        kind: "ValidatingAdmissionPolicyBinding",
        metadata: { name: POLICY },
        spec: {
          policyName: POLICY,
          paramRef: { name: ENGINE_PRIORITY_CLASS.name, parameterNotFoundAction: "Allow" },
          validationActions: ["Deny"],
        },
      },
      dependsOn: [policy],
    });
    new ConfigMapV1(this, "guard", { metadata: GUARD, dependsOn: [...dependsOn, binding] });
  }
}
