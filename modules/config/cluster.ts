import { z } from "zod";
import { EKS_ADDONS, type EksAddonName } from "../facts/versions";
import { cidr } from "./fields/ranges";
import { text, unique } from "./fields/text";
import { existingRole, iamPath, instanceProfile, kmsKeyArn, policyArn, principalArn, roleArn } from "./fields/arn";
import { ec2Id, retentionDays } from "./fields/aws";
import { labelKey, labelValue } from "./fields/kubernetes";

/** Of these, those are taken that the region sells. */
export const DEFAULT_SUPPORT_TYPES = ["m7i.large", "m6i.large"];

const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"] as const;

const addonForms = { error: "true, false, or a map of settings such as {configuration: {…}}" };
/** The add-on's own settings, as `aws eks describe-addon-configuration` lists them. */
const configuration = z.record(z.string(), z.unknown()).optional();
const addon = z.union([z.boolean(), z.strictObject({ configuration })], addonForms);
/** An add-on that calls AWS, by a role for its service account. */
const withRole = { configuration, roleArn: roleArn().optional() };
const vpcCni = z.union([z.boolean(), z.strictObject({ ...withRole, prefixDelegation: z.boolean().default(false) })], addonForms);
const ebsCsi = z.union([z.boolean(), z.strictObject(withRole)], addonForms);

const ROLE = "; and `roleArn`, an IAM role of it which exists, in place of one that the stack makes";

const eksAddons = (installed: boolean) => {
  const described = (name: EksAddonName, ...more: string[]) => ({
    description: `Whether the stack installs the add-on ${name}; as a map yes, with \`configuration\`: settings of its own${more.join("")}.`,
  });
  return z
    .strictObject({
      ...(Object.fromEntries(EKS_ADDONS.map((name) => [name, addon.default(installed).meta(described(name))])) as Record<EksAddonName, z.ZodDefault<typeof addon>>),
      "vpc-cni": vpcCni.default(installed).meta(described("vpc-cni", ", and `prefixDelegation: true` for 16 addresses at a time, by which `nodes.maxPods` may be more", ROLE)),
      "aws-ebs-csi-driver": ebsCsi.default(installed).meta(described("aws-ebs-csi-driver", "", ROLE)),
    })
    .prefault({});
};

const securityGroupId = ec2Id("sg", "a", "security group");

const sessionManager = z.boolean().default(false).meta({
  description:
    "Let administrators open a shell on runner nodes by SSM. It also lets every job read the account's SSM parameters.",
});

const spotServiceLinkedRole = z.boolean().default(false).meta({
  description:
    "Make the account's service-linked role for spot instances. One per account: leave it off where it exists already.",
});

const permissionsBoundary = policyArn()
  .optional()
  .meta({
    description:
      "IAM policy that bounds every role that the stacks make. Default: with `delivery` the one that `npm run bootstrap` makes, otherwise none.",
  });

const diskKmsKeyArn = kmsKeyArn()
  .optional()
  .meta({
    description:
      "KMS key of yours with which the account encrypts EBS volumes by default, and so root disks that have no `rootDiskKmsKeyArn`: Karpenter may then use it. `npm run doctor` compares it with the account's.",
  });

const path = iamPath().default("/").meta({
  description: "IAM path of every role, policy and instance profile that the stacks make, those of `npm run bootstrap` among them. It cannot be changed later.",
});

/** Runner nodes that Karpenter buys may have a role that exists. */
const ownIdentity = {
  roleArn: roleArn().optional().meta({
    description: "IAM role of the nodes that Karpenter buys which exists, in place of one that the stack makes. It cannot be changed later.",
  }),
  instanceProfile: instanceProfile().optional().meta({ description: "The instance profile that exists with that role." }),
  accessEntry: z.boolean().default(true).meta({ description: "Whether the stack makes the cluster's access entry of that role; false where the cluster has one." }),
};

const newCluster = z
  .strictObject({
    mode: z.literal("new").optional().default("new").meta({ description: "Make an EKS cluster." }),
    serviceCidr: cidr(12, 24)
      .default("172.20.0.0/16")
      .meta({ description: "IPv4 range of Kubernetes services. It can never be changed." }),
    supportType: z.enum(["STANDARD", "EXTENDED"]).default("STANDARD").meta({
      description: "What AWS does when a Kubernetes version leaves standard support: upgrade it, or bill extended support.",
    }),
    deletionProtection: z
      .boolean()
      .default(true)
      .meta({ description: "AWS refuses to delete the cluster until this is false and applied." }),
    endpoint: z
      .strictObject({
        publicCidrs: unique(z.array(cidr(0, 32))).default([]).meta({
          description:
            "Who may reach the public endpoint of the Kubernetes API. Empty: there is none, and only the VPC reaches the API.",
        }),
        openToInternet: z
          .boolean()
          .default(false)
          .meta({ description: "Must be true for 0.0.0.0/0 to be accepted above." }),
      })
      .prefault({}),
    logTypes: unique(z.array(z.enum(LOG_TYPES)))
      .default(["api", "audit", "authenticator"])
      .meta({ description: "Control-plane logs that go to CloudWatch." }),
    logRetentionDays: retentionDays().default(90).meta({ description: "Days to keep them; CloudWatch knows 1, 3, 5, 7, 14, 30, 60, 90, 120 and more." }),
    kmsKeyArn: kmsKeyArn()
      .optional()
      .meta({
        description:
          "KMS key that encrypts Kubernetes Secrets and logs; it cannot be changed later. Default: a key that the stack makes, with rotation.",
      }),
    roleArn: existingRole("the control plane", { more: ". It cannot be changed later" }),
    creatorIsAdmin: z.boolean().default(true).meta({
      description:
        "Whether the identity that creates the cluster becomes its admin. Read at creation only. If false, list yourself in `admins`.",
    }),
    admins: z.array(principalArn()).default([]).meta({
      description: "IAM roles or users with all rights in Kubernetes. Do not list the creator when `creatorIsAdmin` is true.",
    }),
    viewers: z
      .array(principalArn())
      .default([])
      .meta({ description: "IAM roles or users who may read everything in Kubernetes but Secrets." }),
    zonalShift: z
      .boolean()
      .default(false)
      .meta({ description: "Let AWS move traffic away from an impaired zone; Karpenter then avoids it too." }),
    addons: eksAddons(true),
    supportNodes: z
      .strictObject({
        instanceTypes: unique(z.array(text("an instance type such as m7i.large", /^[a-z0-9-]+\.[a-z0-9-]+$/)))
          .min(1)
          .max(20)
          .default(DEFAULT_SUPPORT_TYPES)
          .meta({ description: "Instance types in order of preference, all of one architecture. Of the default ones, those that the region sells." }),
        architecture: z.enum(["amd64", "arm64"]).default("amd64").meta({ description: "Their architecture." }),
        count: z
          .int()
          .min(1)
          .max(20)
          .default(2)
          .meta({ description: "How many nodes. With one, controllers have one replica each." }),
        diskGb: z.int().min(20).max(1000).default(30).meta({ description: "Encrypted gp3 root disk, GiB." }),
        rootDiskKmsKeyArn: kmsKeyArn().optional().meta({
          description: "KMS key of yours that encrypts root disks. Default: the key with which the account encrypts EBS volumes.",
        }),
        roleArn: existingRole("support nodes"),
      })
      .prefault({}),
    runnerNodes: z.strictObject({ sessionManager, ...ownIdentity }).prefault({}),
    spotServiceLinkedRole,
    permissionsBoundary,
    iamPath: path,
    diskKmsKeyArn,
  })
  .meta({ title: "A new cluster" });

const existingCluster = z
  .strictObject({
    mode: z.literal("existing").meta({
      description: "Use an EKS cluster that exists: endpoint, CA and security group are looked up by its name.",
    }),
    name: text("an EKS cluster name: letters, digits, - and _, at most 100", /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/).meta({
      description: "Name of the cluster. Its authentication mode must include API (access entries).",
    }),
    guest: z.boolean().default(false).meta({
      description:
        "Whether another installation of this project stands in that cluster and has its controllers: node pools, priority class and namespaces are then named after this one, too. It cannot be changed later.",
    }),
    addons: eksAddons(false),
    zonalShift: z.boolean().default(false).meta({ description: "Whether the cluster has zonal shift enabled." }),
    supportNodes: z
      .strictObject({
        count: z.int().min(1).default(2).meta({ description: "How many nodes there are for controllers." }),
        nodeSelector: z
          .record(labelKey(), labelValue())
          .default({})
          .meta({ description: "Labels that select the nodes for controllers and listeners." }),
        tolerations: z
          .array(
            z.strictObject({
              key: labelKey().meta({ description: "Key of the taint." }),
              operator: z.enum(["Exists", "Equal"]).default("Exists").meta({ description: "How to compare its value." }),
              value: labelValue().optional().meta({ description: "Its value, for Equal." }),
              effect: z
                .enum(["NoSchedule", "NoExecute", "PreferNoSchedule"])
                .optional()
                .meta({ description: "Its effect. Default: any." }),
            }),
          )
          .default([])
          .meta({ description: "Taints of those nodes that controllers tolerate." }),
        securityGroupId: securityGroupId.optional().meta({
          description:
            "Security group of those nodes, if it is not the one EKS made: it is opened to the control plane for the webhooks of ARC's summerwind kind (9443).",
        }),
      })
      .prefault({}),
    runnerNodes: z
      .strictObject({
        securityGroupIds: unique(z.array(securityGroupId))
          .min(1)
          .optional()
          .meta({ description: "Security groups of runner nodes. Default: the one EKS made for the cluster." }),
        cniPolicy: z.boolean().default(true).meta({
          description: "Attach AmazonEKS_CNI_Policy to the runner nodes' role; false where vpc-cni has a role of its own.",
        }),
        sessionManager,
        ...ownIdentity,
      })
      .prefault({}),
    spotServiceLinkedRole,
    permissionsBoundary,
    iamPath: path,
    diskKmsKeyArn,
  })
  .meta({ title: "An existing cluster" });

export const clusterSchema = z.discriminatedUnion("mode", [newCluster, existingCluster]);
export type ClusterConfig = z.infer<typeof clusterSchema>;
export type NewClusterConfig = z.infer<typeof newCluster>;
export type ExistingClusterConfig = z.infer<typeof existingCluster>;

/** Whether another installation was in the cluster first: its controllers serve both, and what a cluster has once is its own. */
export const isGuest = (cluster: ClusterConfig): boolean => cluster.mode === "existing" && cluster.guest;

/** What an add-on is told besides what it must be; nothing where it is only switched on. */
export const addonConfiguration = ({ addons }: Pick<ClusterConfig, "addons">, name: EksAddonName): Readonly<Record<string, unknown>> => {
  const chosen = addons[name];
  return typeof chosen === "object" ? (chosen.configuration ?? {}) : {};
};

/** The role that exists for an add-on, if there is one. */
export const addonRole = ({ addons }: Pick<ClusterConfig, "addons">, name: EksAddonName): string | undefined => {
  const chosen = addons[name];
  return typeof chosen === "object" && "roleArn" in chosen ? chosen.roleArn : undefined;
};

/** Whether vpc-cni, as the stack installs it, takes addresses sixteen at a time. */
export const prefixDelegation = ({ addons }: Pick<ClusterConfig, "addons">): boolean => {
  const chosen = addons["vpc-cni"];
  return typeof chosen === "object" && "prefixDelegation" in chosen && chosen.prefixDelegation;
};
