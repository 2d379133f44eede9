import { EksPodIdentityAssociation } from "@cdktf/provider-aws/lib/eks-pod-identity-association";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { TerraformStack, type ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { FleetConfig } from "../config/fleet";
import type { RunnerConfig } from "../config/runners";
import type { Config } from "../config/schema";
import { helmRelease } from "../cdktf/helm-release";
import { kubernetesSecret, readValues } from "../cdktf/secrets";
import { kubernetesManifest } from "../cdktf/manifest";
import { goodbyeSeconds } from "../contract/fleet-contract";
import type { OutputsOf } from "../contract/outputs";
import { environmentSecret, serviceAccountName } from "../contract/runner-names";
import { charts } from "../contract/sources";
import { arcInStep } from "../cdktf/stack-versions";
import { runnerAutoscaler, runnerDeployment } from "./runner-deployment";
import { runnerSetValues } from "./runner-set";

export interface RunnersProps {
  readonly config: Config;
  readonly fleet: FleetConfig;
  readonly cluster: OutputsOf<"cluster">;
  readonly addons: OutputsOf<"addons">;
  readonly namespace: ITerraformDependable;
  readonly dependsOn: ITerraformDependable[];
}

/** The service account of a size, if it has one of its own, and the AWS role that its jobs get. */
function addIdentity(scope: Construct, fleet: FleetConfig, runner: RunnerConfig, cluster: OutputsOf<"cluster">, namespace: ITerraformDependable): ITerraformDependable[] {
  const name = serviceAccountName(runner);
  if (name === undefined || runner.serviceAccount === undefined) return [];
  const { mode, roleArn } = runner.serviceAccount;
  const account =
    mode === "existing"
      ? []
      : [
          new ServiceAccountV1(scope, `${runner.name}-account`, {
            metadata: { name, namespace: fleet.namespace },
            // It has no rights in Kubernetes, so no job needs its token; Pod Identity brings one of its own.
            automountServiceAccountToken: false,
            dependsOn: [namespace],
          }),
        ];
  if (roleArn === undefined) return account;
  const role = new EksPodIdentityAssociation(scope, `${runner.name}-role`, {
    clusterName: cluster.cluster_name,
    namespace: fleet.namespace,
    serviceAccount: name,
    roleArn,
  });
  return [...account, role];
}

/** The variables of a size that come from AWS Secrets Manager. */
function addEnvironment(scope: Construct, fleet: FleetConfig, runner: RunnerConfig, namespace: ITerraformDependable): ITerraformDependable[] {
  if (Object.keys(runner.secretEnvironment).length === 0) return [];
  return [
    kubernetesSecret(scope, `${runner.name}-environment`, {
      name: environmentSecret(runner),
      namespace: fleet.namespace,
      source: readValues(TerraformStack.of(scope), runner.secretEnvironment),
      revision: runner.secretRevision,
      dependsOn: [namespace],
    }),
  ];
}

/** The runner sizes of a fleet, each of its kind. */
export function addRunners(scope: Construct, { config, fleet, cluster, addons, namespace, dependsOn: before }: RunnersProps): void {
  // Taking a size away waits for its running jobs.
  const drainSeconds = goodbyeSeconds(fleet);
  for (const runner of fleet.runners) {
    const dependsOn = [...before, ...addIdentity(scope, fleet, runner, cluster, namespace), ...addEnvironment(scope, fleet, runner, namespace)];
    if (runner.kind === "scale-set") {
      helmRelease(scope, runner.name, {
        name: runner.runsOn,
        namespace: fleet.namespace,
        chart: charts(config).arcRunnerSet,
        values: runnerSetValues(config, fleet, runner, addons),
        timeoutSeconds: drainSeconds,
        dependsOn,
        precondition: arcInStep(config, addons),
      });
      continue;
    }
    const deployment = kubernetesManifest(scope, runner.name, {
      manifest: runnerDeployment(config, fleet, runner),
      // What an autoscaler sets from then on; its first value is that of the configuration.
      computedFields: ["metadata.labels", "metadata.annotations", ...(runner.scaling.mode === "autoscaled" ? ["spec.replicas"] : [])],
      timeouts: { create: "5m", update: "5m", delete: `${drainSeconds}s` },
      dependsOn,
    });
    const autoscaler = runnerAutoscaler(config, fleet, runner);
    if (autoscaler) {
      kubernetesManifest(scope, `${runner.name}-autoscaler`, { manifest: autoscaler, dependsOn: [deployment] });
    }
  }
}
