import type { Release } from "@cdktf/provider-helm/lib/release";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../config/schema";
import type { GiveSecrets } from "../cdktf/shared-secrets";
import { helmReleaseWithCrds } from "../cdktf/chart-with-crds";
import { GITHUB_SECRET, kubernetesSecret, secretRevision, type SecretSource } from "../cdktf/secrets";
import { ADDONS, addonRequests } from "../contract/addons";
import { proxyEnvironment } from "../contract/proxy";
import { charts, image, imageParts, pullSecrets } from "../contract/sources";
import { supportPlacement, supportReplicas } from "../contract/support-contract";
import { versions } from "../facts/versions";

const NAMESPACE = ADDONS.summerwind.namespace;

/** Values of chart actions-runner-controller. It needs cert-manager for its webhooks. */
export function summerwindValues(config: Config) {
  const proxy = imageParts(config, versions.summerwindProxyImage);
  const controller = imageParts(config, versions.summerwindControllerImage);
  return {
    replicaCount: supportReplicas(config),
    authSecret: { enabled: true, create: false, name: GITHUB_SECRET },
    // It reads the credentials once, at its start: a new revision of the secret must restart it.
    podAnnotations: secretRevision(config.github),
    ...(config.github.server ? { githubEnterpriseServerURL: config.github.server.url } : {}),
    ...(config.proxy ? { env: proxyEnvironment(config) } : {}),
    image: {
      repository: controller.repository,
      tag: controller.tag,
      // What a RunnerDeployment without an image of its own would run; without these, the latest of each.
      actionsRunnerRepositoryAndTag: image(config, versions.summerwindRunnerImage),
      dindSidecarRepositoryAndTag: image(config, versions.dockerImage),
    },
    metrics: {
      proxy: { image: proxy },
      ...(config.addons.metrics ? { serviceMonitor: { enable: true } } : {}),
    },
    ...pullSecrets(config),
    ...supportPlacement(config),
    priorityClassName: "system-cluster-critical",
    resources: { requests: addonRequests("summerwind"), limits: { memory: "512Mi" } },
    ...(supportReplicas(config) > 1 ? { podDisruptionBudget: { enabled: true, maxUnavailable: 1 } } : {}),
  };
}

export interface SummerwindProps {
  readonly config: Config;
  readonly githubSecret: SecretSource;
  readonly giveSecrets: GiveSecrets;
  readonly dependsOn: ITerraformDependable[];
}

/**
 * ARC's older kind, the one of Dagger's guide, with its CRDs and its credentials.
 *
 * @example
 * new Summerwind(stack, "summerwind", {
 *   config, githubSecret: readGithubSecret(stack, config.github.secret), giveSecrets: () => [], dependsOn: [certManagerRelease],
 * });
 */
export class Summerwind extends Construct {
  readonly release: Release;

  constructor(scope: Construct, id: string, { config, githubSecret, giveSecrets, dependsOn }: SummerwindProps) {
    super(scope, id);
    const namespace = new NamespaceV1(this, "namespace", {
      metadata: { name: NAMESPACE },
      timeouts: { delete: "15m" },
    });
    const secret = kubernetesSecret(this, "github-secret", {
      name: GITHUB_SECRET,
      namespace: NAMESPACE,
      source: githubSecret,
      revision: config.github.secretRevision,
      dependsOn: [namespace],
    });
    this.release = helmReleaseWithCrds(this, "controller", {
      name: "arc-summerwind",
      namespace: NAMESPACE,
      chart: charts(config).summerwind,
      values: summerwindValues(config),
      dependsOn: [secret, ...giveSecrets("summerwind", NAMESPACE, [namespace]), ...dependsOn],
    });
  }
}
