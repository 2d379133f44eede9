import { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster";
import { IamServiceLinkedRole } from "@cdktf/provider-aws/lib/iam-service-linked-role";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Fn } from "cdktf";
import type { Construct } from "constructs";
import { Access } from "../modules/cluster/access";
import { ADDONS_AFTER_NODES, ADDONS_BEFORE_NODES, EksAddons } from "../modules/cluster/eks-addons";
import { eksAddonValues } from "../modules/cluster/eks-addon-values";
import { EksCluster } from "../modules/cluster/eks-cluster";
import { RunnerNodeIdentity } from "../modules/cluster/runner-node-identity";
import { SeedBucket } from "../modules/cluster/seed-bucket";
import { SupportNodes } from "../modules/cluster/support-nodes";
import { addonRole, isGuest, type ExistingClusterConfig, type NewClusterConfig } from "../modules/config/cluster";
import type { Config } from "../modules/config/schema";
import { amiParameters, diskKeys, guestRoles } from "../modules/contract/karpenter-needs";
import { proxyPart } from "../modules/contract/node-user-data";
import { looksRangesUp, withDirectRanges } from "../modules/contract/proxy";
import { ControllerIdentity } from "../modules/karpenter/controller-identity";
import { InterruptionQueue } from "../modules/karpenter/interruption-queue";
import { handOn, outputsOf } from "../modules/cdktf/stack-outputs";
import { deployRoleArn } from "../modules/contract/delivery-names";
import { frozen, OWN_CLUSTER, OWN_KEY, OWN_ROLE } from "../modules/contract/frozen";
import { makesSeedBucket, ownSeedBucket } from "../modules/contract/seed-bucket";
import { ProjectStack } from "../modules/cdktf/project-stack";
import { asConditions, literal, remember, type Standing } from "../modules/cdktf/standing";
import { partitionOf } from "../modules/facts/regions";
import { eksAddonVersions, type EksAddonName } from "../modules/facts/versions";

/** What no node of ours could join, told before anything is made for it. */
const usable = (name: string): Standing[] => [
  {
    holds: 'try(self.kubernetes_network_config[0].ip_family, "") != "ipv6"',
    sentence: `Cluster ${name} is IPv6, and Dagger's engine gives its containers IPv4 only. Use an IPv4 cluster.`,
  },
  {
    holds: 'try(self.access_config[0].authentication_mode, "") != "CONFIG_MAP"',
    sentence: `Cluster ${name} knows no access entries, by which runner nodes are let in. Set its authentication mode to API_AND_CONFIG_MAP first.`,
  },
];

/** What the rest needs to know of a cluster, whoever made it. */
interface ClusterFacts {
  readonly name: string;
  readonly arn: string;
  readonly endpoint: string;
  readonly ca: string;
  readonly version: string;
  readonly runnerSecurityGroupIds: string[];
  readonly cniPolicy: boolean;
  /** Ranges that are reached without the proxy, where they are looked up. */
  readonly directCidrs: string[];
}

/** The EKS cluster, or one that exists; and, for either, what runner nodes and Karpenter need from AWS. */
export class ClusterStack extends ProjectStack {
  constructor(scope: Construct, config: Config) {
    super(scope, "cluster", config);
    const { name, region, cluster } = config;
    this.rememberCluster(config);
    const facts = cluster.mode === "new" ? this.make(config, cluster) : this.lookUp(config, cluster);

    const { roleArn, instanceProfile, accessEntry } = cluster.runnerNodes;
    const nodes = new RunnerNodeIdentity(this, "runner-nodes", {
      name,
      region,
      account: this.account,
      clusterName: facts.name,
      cniPolicy: facts.cniPolicy,
      sessionManager: cluster.runnerNodes.sessionManager,
      ...(roleArn === undefined || instanceProfile === undefined ? {} : { existing: { roleArn, instanceProfile, accessEntry } }),
    });
    if (cluster.spotServiceLinkedRole) {
      new IamServiceLinkedRole(this, "spot", { awsServiceName: "spot.amazonaws.com" });
    }
    const queue = this.karpenter(config, facts, nodes.roleArn);

    handOn<"cluster">(this, {
      cluster_name: facts.name,
      cluster_endpoint: facts.endpoint,
      cluster_ca: facts.ca,
      cluster_version: facts.version,
      runner_security_group_ids: facts.runnerSecurityGroupIds,
      runner_node_role_arn: nodes.roleArn,
      runner_instance_profile: nodes.instanceProfileName,
      interruption_queue: queue?.name ?? "",
      direct_cidrs: facts.directCidrs,
      kms_key_arn: (cluster.mode === "new" ? cluster.kmsKeyArn : undefined) ?? "",
      service_cidr: cluster.mode === "new" ? cluster.serviceCidr : "",
      seed_bucket: this.seeds(config),
    });
  }

  /** The bucket of seeds, if it is this stack's. @returns its name. */
  private seeds(config: Config): string {
    if (!makesSeedBucket(config)) return "";
    const { expireAfterDays, kmsKeyArn } = config.seeds;
    return new SeedBucket(this, "seeds", {
      name: ownSeedBucket(config, this.account),
      partition: partitionOf(config.region),
      kmsKeyArn,
      expireAfterDays,
    }).bucket;
  }

  /** What the next plan could not tell from the cluster itself. */
  private rememberCluster({ cluster }: Config): void {
    const mine = cluster.mode === "new";
    const now = { cluster: mine ? OWN_CLUSTER : cluster.name, key: mine ? (cluster.kmsKeyArn ?? OWN_KEY) : "" };
    const role = cluster.runnerNodes.roleArn ?? OWN_ROLE;
    const standingRole = `try(self.input.role, ${literal(OWN_ROLE)})`;
    const clusterRole = (mine ? cluster.roleArn : undefined) ?? OWN_ROLE;
    const standingClusterRole = `try(self.input.cluster_role, ${literal(OWN_ROLE)})`;
    const conditions: Standing[] = [
      {
        holds: `self.input.cluster == ${literal(now.cluster)}`,
        sentence: frozen.cluster(now.cluster, "${self.input.cluster}"),
      },
      { holds: `${standingRole} == ${literal(role)}`, sentence: frozen.runnerRole(role, `\${${standingRole}}`) },
      ...(mine ? [{ holds: `${standingClusterRole} == ${literal(clusterRole)}`, sentence: frozen.clusterRole(clusterRole, `\${${standingClusterRole}}`) }] : []),
    ];
    // A key of the user's is compared with what EKS says. The stack's own would only be made, and has no ARN yet.
    if (now.key === OWN_KEY) {
      conditions.push({
        holds: `self.input.cluster != ${literal(now.cluster)} || self.input.key == ${literal(OWN_KEY)}`,
        sentence: frozen.key(OWN_KEY, "${self.input.key}"),
      });
    }
    const guest = isGuest(cluster);
    if (!mine) {
      const standingGuest = `try(self.input.guest, "false")`;
      conditions.push({ holds: `self.input.cluster != ${literal(now.cluster)} || ${standingGuest} == "${guest}"`, sentence: frozen.guest(guest) });
    }
    const given = {
      ...(role === OWN_ROLE ? {} : { role }),
      ...(clusterRole === OWN_ROLE ? {} : { cluster_role: clusterRole }),
      ...(guest ? { guest: "true" } : {}),
    };
    remember(this, "standing", { ...now, ...given }, ...conditions);
  }

  private make(config: Config, cluster: NewClusterConfig): ClusterFacts {
    const { name, region } = config;
    const network = outputsOf(this, "network", config);
    const deployRole = deployRoleArn(config, this.account);
    const eks = new EksCluster(this, "cluster", {
      name,
      region,
      account: this.account,
      ...(deployRole === undefined || cluster.kmsKeyArn !== undefined ? {} : { delivery: { roleArn: deployRole, provider: this.untaggedAws() } }),
      kubernetesVersion: config.versions.kubernetes,
      subnetIds: network.intra_subnet_ids,
      cluster,
    });
    new Access(this, "access", { clusterName: eks.name, region, admins: cluster.admins, viewers: cluster.viewers });

    const shared = {
      name,
      region,
      account: this.account,
      clusterName: eks.name,
      versions: { ...eksAddonVersions(config.versions.kubernetes), ...config.versions.eksAddons },
      valuesOf: (addon: EksAddonName) => eksAddonValues(cluster, config.tags, addon),
      roleOf: (addon: EksAddonName) => addonRole(cluster, addon),
    };
    const wanted = (names: typeof ADDONS_BEFORE_NODES) => names.filter((addon) => cluster.addons[addon]);
    const before = new EksAddons(this, "addons-before-nodes", { ...shared, addons: wanted(ADDONS_BEFORE_NODES) });
    const support = new SupportNodes(this, "support-nodes", {
      name,
      region,
      account: this.account,
      clusterName: eks.name,
      kubernetesVersion: config.versions.kubernetes,
      subnetIds: network.private_subnet_ids,
      supportNodes: cluster.supportNodes,
      userData: proxyPart(looksRangesUp(config) ? withDirectRanges(config, Fn.join(",", network.vpc_cidrs)) : config),
      tags: config.tags,
      cniPolicy: !cluster.addons["vpc-cni"],
      dependsOn: before.addons,
    });
    new EksAddons(this, "addons-after-nodes", {
      ...shared,
      addons: wanted(ADDONS_AFTER_NODES),
      dependsOn: [support.nodeGroup],
    });
    return {
      name: eks.name,
      arn: eks.arn,
      endpoint: eks.endpoint,
      ca: eks.ca,
      version: eks.version,
      runnerSecurityGroupIds: [eks.securityGroupId],
      cniPolicy: !cluster.addons["vpc-cni"],
      directCidrs: looksRangesUp(config) ? network.vpc_cidrs : [],
    };
  }

  private lookUp(config: Config, cluster: ExistingClusterConfig): ClusterFacts {
    const { name, region } = config;
    const found = new DataAwsEksCluster(this, "cluster", { name: cluster.name, lifecycle: { postcondition: asConditions(...usable(cluster.name)) } });
    new EksAddons(this, "addons", {
      name,
      region,
      account: this.account,
      clusterName: found.name,
      addons: [...ADDONS_BEFORE_NODES, ...ADDONS_AFTER_NODES].filter((addon) => cluster.addons[addon]),
      versions: config.versions.eksAddons,
      valuesOf: (addon) => eksAddonValues(cluster, config.tags, addon),
      roleOf: (addon) => addonRole(cluster, addon),
    });
    const { securityGroupId } = cluster.supportNodes;
    const controlPlaneGroup = found.vpcConfig.get(0).clusterSecurityGroupId;
    if (config.addons.summerwind === "install" && securityGroupId !== undefined) {
      new VpcSecurityGroupIngressRule(this, "summerwind-webhooks", {
        securityGroupId,
        description: "Webhooks of ARC (summerwind kind), from the control plane",
        referencedSecurityGroupId: controlPlaneGroup,
        ipProtocol: "tcp",
        fromPort: 9443,
        toPort: 9443,
      });
    }
    return {
      name: found.name,
      arn: found.arn,
      endpoint: found.endpoint,
      ca: found.certificateAuthority.get(0).data,
      version: found.version,
      runnerSecurityGroupIds: cluster.runnerNodes.securityGroupIds ?? [controlPlaneGroup],
      cniPolicy: cluster.runnerNodes.cniPolicy,
      directCidrs: looksRangesUp(config)
        ? (Fn.concat([outputsOf(this, "network", config).vpc_cidrs, [found.kubernetesNetworkConfig.get(0).serviceIpv4Cidr]]) as string[])
        : [],
    };
  }

  private karpenter(config: Config, facts: ClusterFacts, nodeRoleArn: string): InterruptionQueue | undefined {
    const { karpenter } = config.addons;
    if (karpenter.mode === "existing") return undefined;
    const queue = new InterruptionQueue(this, "interruption-queue", { name: config.name, region: config.region, account: this.account });
    new ControllerIdentity(this, "karpenter", {
      name: config.name,
      region: config.region,
      account: this.account,
      clusterName: config.cluster.mode === "existing" ? config.cluster.name : config.name,
      clusterArn: facts.arn,
      nodeRoleArn,
      guestRoleArns: guestRoles(config),
      queueArn: queue.arn,
      zonalShift: config.cluster.zonalShift,
      diskKmsKeyArns: diskKeys(config),
      amiParameterArns: amiParameters(config, this.account),
      roleArn: karpenter.roleArn,
    });
    return queue;
  }
}
