import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EksCluster as AwsEksCluster } from "@cdktf/provider-aws/lib/eks-cluster";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { NewClusterConfig } from "../config/cluster";
import { policy, Role, serviceTrust } from "../cdktf/iam";
import { asConditions, literal, type Standing } from "../cdktf/standing";
import { frozen } from "../contract/frozen";
import { EncryptionKey, keepKey, type EncryptionKeyProps } from "./encryption-key";

export interface EksClusterProps {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly delivery?: EncryptionKeyProps["delivery"];
  readonly kubernetesVersion: string;
  /** Subnets for the control plane's network interfaces, in two zones or more. */
  readonly subnetIds: string[];
  readonly cluster: NewClusterConfig;
}

/**
 * What EKS never changes. Terraform would take a new key for done, and destroy the one in use; it would replace the
 * cluster for a new service range. Subnets may only change within the zones of the first ones (EKS user guide, network
 * requirements), so the control plane stays where it was made while nodes go to zones that are added.
 */
const FROZEN = ["encryption_config", "kubernetes_network_config[0].service_ipv4_cidr", "vpc_config[0].subnet_ids"];

const conditions = (wanted: { keyArn: string; serviceCidr: string; subnetIds: string[] }): Standing[] => {
  const key = "self.encryption_config[0].provider[0].key_arn";
  const range = "self.kubernetes_network_config[0].service_ipv4_cidr";
  const left = `setsubtract(self.vpc_config[0].subnet_ids, split(",", ${literal(Fn.join(",", wanted.subnetIds))}))`;
  return [
    {
      holds: `try(${key}, ${literal(wanted.keyArn)}) == ${literal(wanted.keyArn)}`,
      sentence: frozen.key(wanted.keyArn, `\${${key}}`),
    },
    {
      holds: `try(${range}, ${literal(wanted.serviceCidr)}) == ${literal(wanted.serviceCidr)}`,
      sentence: frozen.serviceCidr(wanted.serviceCidr, `\${${range}}`),
    },
    {
      holds: `length(${left}) == 0`,
      sentence: frozen.controlPlane(`\${join(", ", ${left})}`),
    },
  ];
};

/**
 * The EKS control plane with its role, key and log group. It has no add-on of its own: not even a network.
 *
 * @example
 * const eks = new EksCluster(stack, "eks", {
 *   name: "dagger-ci", region: "eu-west-1", account, kubernetesVersion: "1.35", subnetIds, cluster: config.cluster,
 * });
 */
export class EksCluster extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly endpoint: string;
  /** Certificate authority, base64. */
  readonly ca: string;
  readonly version: string;
  /** The group that EKS makes for control plane and nodes: its members may talk to each other on every port. */
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: EksClusterProps) {
    super(scope, id);
    const { name, region, account, delivery, cluster } = props;
    const logGroupName = `/aws/eks/${name}/cluster`;
    const keyArn =
      cluster.kmsKeyArn ??
      new EncryptionKey(this, "encryption-key", { name, region, account, logGroupName, ...(delivery ? { delivery } : {}) }).arn;
    if (cluster.kmsKeyArn !== undefined) keepKey(this, "encryption-key");

    // EKS would make the group itself, without retention, if it came first.
    const logGroup = new CloudwatchLogGroup(this, "log-group", {
      name: logGroupName,
      retentionInDays: cluster.logRetentionDays,
      kmsKeyId: keyArn,
    });
    const role = cluster.roleArn === undefined ? this.role(props, keyArn) : { arn: cluster.roleArn, needs: [] };
    const eks = new AwsEksCluster(this, "eks", {
      name,
      roleArn: role.arn,
      version: props.kubernetesVersion,
      bootstrapSelfManagedAddons: false,
      accessConfig: {
        authenticationMode: "API",
        bootstrapClusterCreatorAdminPermissions: cluster.creatorIsAdmin,
      },
      deletionProtection: cluster.deletionProtection,
      enabledClusterLogTypes: cluster.logTypes,
      encryptionConfig: { provider: { keyArn }, resources: ["secrets"] },
      kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: cluster.serviceCidr },
      upgradePolicy: { supportType: cluster.supportType },
      zonalShiftConfig: { enabled: cluster.zonalShift },
      vpcConfig: {
        subnetIds: props.subnetIds,
        endpointPrivateAccess: true,
        endpointPublicAccess: cluster.endpoint.publicCidrs.length > 0,
        ...(cluster.endpoint.publicCidrs.length > 0 ? { publicAccessCidrs: cluster.endpoint.publicCidrs } : {}),
      },
      lifecycle: {
        ignoreChanges: [
          // EKS reads this once and never tells it again; a later change would replace the cluster.
          "access_config[0].bootstrap_cluster_creator_admin_permissions",
          ...FROZEN,
        ],
        postcondition: asConditions(...conditions({ keyArn, serviceCidr: cluster.serviceCidr, subnetIds: props.subnetIds })),
      },
      dependsOn: [logGroup, ...role.needs],
    });
    this.name = eks.name;
    this.arn = eks.arn;
    this.endpoint = eks.endpoint;
    this.ca = eks.certificateAuthority.get(0).data;
    this.version = eks.version;
    this.securityGroupId = eks.vpcConfig.clusterSecurityGroupId;
  }

  /** The control plane's own role, and what must be there before the cluster is made. */
  private role({ name, region, account }: EksClusterProps, keyArn: string) {
    const role = new Role(this, "cluster", {
      name: `${name}-cluster`,
      region,
      trust: serviceTrust("eks.amazonaws.com", account),
      awsPolicies: ["AmazonEKSClusterPolicy"],
    });
    const keyPolicy = new IamRolePolicy(this, "encryption-policy", {
      name: "encrypt-secrets",
      role: role.name,
      policy: policy({
        Sid: "EncryptSecrets",
        Action: ["kms:DescribeKey", "kms:Decrypt", "kms:Encrypt", "kms:ListGrants"],
        Resource: keyArn,
      }),
    });
    return { arn: role.arn, needs: [keyPolicy, ...role.attachments] };
  }
}
