import { paginateDescribeVpcs, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeClusterCommand, EKSClient, paginateListClusters } from "@aws-sdk/client-eks";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { awsSettings, type AwsIdentity } from "../aws-settings";

/** Something in AWS that has the installation's name. */
export interface OwnInAws {
  /** The stack that makes such a thing. */
  readonly stack: "network" | "cluster";
  readonly what: string;
}

/** What stands in an AWS account, as its tags and names tell; all of it reads only. */
export interface StandingInAws {
  readonly own: readonly OwnInAws[];
  /** Names of other installations in the region. */
  readonly others: readonly string[];
}

export interface Search extends AwsIdentity {
  readonly name: string;
  /** The cluster that the installation makes; none if it uses one that exists. */
  readonly cluster?: string;
}

const TAG = "dagger-ci/installation";
/** A command that only wants to warn does not wait long for an answer. */
const PATIENCE = { maxAttempts: 2, requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 } };

/** AWS clients' settings for such a command. */
export const patientSettings = (identity: AwsIdentity) => ({ ...PATIENCE, ...awsSettings(identity) });

/** The status of an EKS cluster, such as ACTIVE; `undefined` if there is none of that name. */
export async function clusterInAws(eks: EKSClient, name: string) {
  return (await orNothing(eks.send(new DescribeClusterCommand({ name }))))?.cluster;
}

/**
 * Looks for what an installation leaves in an account that others cannot have: its VPC and cluster by their tags in the
 * region, and, since IAM knows no regions, the role of its runner nodes.
 */
export async function standingInAws({ name, cluster, ...identity }: Search): Promise<StandingInAws> {
  const settings = patientSettings(identity);
  const own: OwnInAws[] = [];
  const others = new Set<string>();
  const note = (installation: string | undefined, stack: OwnInAws["stack"], what: string) => {
    if (installation === name) own.push({ stack, what });
    else if (installation !== undefined) others.add(installation);
  };

  const ec2 = new EC2Client(settings);
  for await (const { Vpcs = [] } of paginateDescribeVpcs({ client: ec2 }, { Filters: [{ Name: "tag-key", Values: [TAG] }] })) {
    for (const { VpcId = "", Tags = [] } of Vpcs) note(Tags.find(({ Key }) => Key === TAG)?.Value, "network", `the VPC ${VpcId}`);
  }
  const eks = new EKSClient(settings);
  for await (const { clusters = [] } of paginateListClusters({ client: eks }, {})) {
    for (const found of clusters) {
      const installation = found === cluster ? name : await ownerOf(eks, found);
      note(installation, "cluster", `the EKS cluster ${found}`);
    }
  }
  const role = await orNothing(new IAMClient(settings).send(new GetRoleCommand({ RoleName: `${name}-runner-node` })));
  if (role !== undefined) note(name, "cluster", `the IAM role ${name}-runner-node`);
  return { own, others: [...others].sort() };
}

/** The installation that a cluster is of; nothing for one that these credentials may not look at, as those of workflows. */
async function ownerOf(eks: EKSClient, cluster: string): Promise<string | undefined> {
  try {
    return (await clusterInAws(eks, cluster))?.tags?.[TAG];
  } catch (error) {
    if ((error as Error).name.startsWith("AccessDenied")) return undefined;
    throw error;
  }
}

/** `undefined` for an answer that there is no such thing; any other error is passed on. */
async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (/NoSuchEntity|ResourceNotFound/.test((error as Error).name)) return undefined;
    throw error;
  }
}
