import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addRunners } from "../arc/runners";
import { isAutoscaled, isPersistent, type FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import { githubOf, SERVER_CERTIFICATE_FILE, SERVER_CERTIFICATE_MAP } from "../contract/github";
import { helmRelease } from "../cdktf/helm-release";
import { AutoscaledNodes } from "../karpenter/autoscaled-nodes";
import type { OutputsOf } from "../contract/outputs";
import type { sharedSecretSources } from "../cdktf/shared-secrets";
import { ProjectStack } from "../cdktf/project-stack";
import { GITHUB_SECRET, kubernetesSecret, type SecretSource } from "../cdktf/secrets";
import { charts } from "../contract/sources";
import { pullParts } from "../placement/fast-pull";
import { CERTIFICATES_CONFIG_MAP, CLOUD_CACHE_SECRET, engineValues } from "./engine-values";
import { fleetContract, goodbyeSeconds } from "../contract/fleet-contract";
import { isSeeded } from "../contract/seed";
import { PRE_PULL, prePulls } from "../contract/pre-pull";
import { isWarm } from "../contract/warm";
import { PersistentNodes } from "./persistent-nodes";
import { CacheSeed } from "./cache-seed";
import { SeedIdentity } from "./seed-identity";
import { PrePull } from "./pre-pull";
import { WarmRunners } from "./warm-runners";
import { CLOUD_SECRET, TELEMETRY_SECRET } from "../runner/runner-pod";

export interface FleetProps {
  readonly config: Config;
  readonly fleet: FleetConfig;
  readonly cluster: OutputsOf<"cluster">;
  readonly addons: OutputsOf<"addons">;
  readonly subnetIds: string[];
  readonly vpcId: string;
  readonly securityGroupIds: string[];
  readonly secrets: {
    readonly github: SecretSource;
    readonly daggerCloud?: (key: string) => SecretSource;
    readonly telemetry?: SecretSource;
    /** What all pods share, see `sharedSecretSources`. */
    readonly shared?: ReturnType<typeof sharedSecretSources>;
  };
  /** What all fleets need first. */
  readonly dependsOn: ITerraformDependable[];
}

/**
 * One fleet: its nodes, its engine, its runner sizes. What depends on what is the order in which it comes up; turned
 * round, it takes a fleet down without losing a job: runners, engine, node pool, and last the node class, which
 * Karpenter lets go when its last node is gone.
 *
 * @example
 * new Fleet(stack, "main", {
 *   config, fleet: config.fleets[0], cluster, addons, subnetIds, vpcId: "vpc-0a", securityGroupIds,
 *   secrets: { github: readGithubSecret(stack, config.github.secret) }, dependsOn: [],
 * });
 */
export class Fleet extends Construct {
  readonly namespace: NamespaceV1;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: FleetProps,
  ) {
    super(scope, id);
    const { config, fleet, addons } = props;
    this.namespace = new NamespaceV1(this, "namespace", {
      metadata: {
        name: fleet.namespace,
        // Engines are privileged and runners mount a host directory.
        labels: { "pod-security.kubernetes.io/enforce": "privileged" },
      },
      // Engines go after their drain; the provider's own five minutes are less.
      timeouts: { delete: `${goodbyeSeconds(fleet)}s` },
      dependsOn: props.dependsOn,
    });
    const secrets = this.secrets();
    const certificates = this.certificates();
    const nodes = this.nodes();
    const engine = helmRelease(this, "engine", {
      name: fleetContract(fleet).engineName,
      namespace: fleet.namespace,
      chart: charts(config).daggerEngine(fleet.dagger),
      values: engineValues(config, fleet),
      // A new setting reaches engines one by one, each after its jobs: that can take longer than anybody waits.
      wait: false,
      dependsOn: [nodes, ...secrets, ...certificates, ...this.seed([nodes, ...secrets]), ...props.dependsOn],
    });
    if (prePulls(fleet)) new PrePull(this, PRE_PULL, { config, fleet, dependsOn: [nodes, ...secrets, ...props.dependsOn] });
    addRunners(this, { config, fleet, cluster: props.cluster, addons, namespace: this.namespace, dependsOn: [...secrets, ...certificates, engine] });
    if (isWarm(fleet)) new WarmRunners(this, "warm", { config, fleet, dependsOn: [...secrets, engine, ...props.dependsOn] });
  }

  private secrets(): ITerraformDependable[] {
    const { config, fleet, secrets } = this.props;
    const shared = { namespace: fleet.namespace, dependsOn: [this.namespace] };
    const github = kubernetesSecret(this, "github-secret", {
      ...shared,
      name: GITHUB_SECRET,
      source: secrets.github,
      revision: githubOf(config, fleet).secretRevision,
    });
    const others = [
      ...(secrets.shared ?? []).map(({ id, ...secret }) => kubernetesSecret(this, id, { ...shared, ...secret })),
      ...(secrets.telemetry && config.telemetry
        ? [kubernetesSecret(this, "telemetry-secret", { ...shared, name: TELEMETRY_SECRET, source: secrets.telemetry, revision: config.telemetry.secretRevision })]
        : []),
    ];
    if (!config.daggerCloud || secrets.daggerCloud === undefined) return [github, ...others];
    const { daggerCloud } = secrets;
    const cloud = (secretId: string, name: string, key: string) =>
      kubernetesSecret(this, secretId, {
        ...shared,
        name,
        source: daggerCloud(key),
        revision: config.daggerCloud!.secretRevision,
      });
    return [
      github,
      ...others,
      cloud("cloud-secret", CLOUD_SECRET, "token"),
      // Apart from the runners' secret: the engine takes all of it as environment, and would send traces of its probes.
      ...(fleet.sharedCache
        ? [cloud("cloud-cache-secret", CLOUD_CACHE_SECRET, "_EXPERIMENTAL_DAGGER_CACHESERVICE_TOKEN")]
        : []),
    ];
  }

  /** Certificate authorities: those that the engine trusts, and that of a GitHub Enterprise Server. */
  private certificates(): ITerraformDependable[] {
    const { config, fleet } = this.props;
    const configMap = (id: string, name: string, data: Record<string, string>) =>
      new ConfigMapV1(this, id, {
        metadata: { name, namespace: fleet.namespace },
        data,
        dependsOn: [this.namespace],
      });
    const ofEngine = Object.entries(fleet.engine.certificates).map(([name, pem]) => [`${name}.crt`, pem] as const);
    const ofGithub = githubOf(config, fleet).server?.certificate;
    return [
      ...(ofEngine.length > 0 ? [configMap("certificates", CERTIFICATES_CONFIG_MAP, Object.fromEntries(ofEngine))] : []),
      ...(ofGithub === undefined
        ? []
        : [configMap("github-certificate", SERVER_CERTIFICATE_MAP, { [SERVER_CERTIFICATE_FILE]: ofGithub })]),
    ];
  }

  /** What restores the cache of new nodes, and publishes that of nodes that leave; it stays until the engine has gone. */
  private seed(before: ITerraformDependable[]): ITerraformDependable[] {
    const { config, fleet, cluster } = this.props;
    if (!isSeeded(fleet)) return [];
    const { bucket = cluster.seed_bucket, kmsKeyArn } = config.seeds;
    const identity = new SeedIdentity(this, "seed", {
      name: config.name,
      region: config.region,
      account: ProjectStack.around(this).account,
      clusterName: cluster.cluster_name,
      fleet,
      bucket,
      kmsKeyArn,
    });
    return [new CacheSeed(this, "seed-pods", { config, fleet, bucket, dependsOn: [...before, identity.association] }).release];
  }

  private nodes(): ITerraformDependable {
    const { config, fleet, cluster, addons, subnetIds, securityGroupIds, dependsOn } = this.props;
    if (isAutoscaled(fleet)) {
      return new AutoscaledNodes(this, "nodes", { config, fleet, cluster, addons, subnetIds, securityGroupIds, dependsOn }).nodePool;
    }
    if (!isPersistent(fleet)) throw new Error(`fleet ${fleet.name} has nodes of an unknown mode`);
    return new PersistentNodes(this, "nodes", {
      name: config.name,
      region: config.region,
      account: ProjectStack.around(this).account,
      clusterName: cluster.cluster_name,
      joining: {
        endpoint: cluster.cluster_endpoint,
        ca: cluster.cluster_ca,
        ...(config.cluster.mode === "new" ? { serviceCidr: config.cluster.serviceCidr } : {}),
      },
      fleet,
      vpcId: this.props.vpcId,
      subnetIds,
      securityGroupIds,
      userData: pullParts(config, fleet.nodes),
      tags: config.tags,
      cniPolicy: config.cluster.mode === "existing" ? config.cluster.runnerNodes.cniPolicy : !config.cluster.addons["vpc-cni"],
    }).nodeGroup;
  }
}
