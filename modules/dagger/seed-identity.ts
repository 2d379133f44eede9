import { EksPodIdentityAssociation } from "@cdktf/provider-aws/lib/eks-pod-identity-association";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { podIdentityTrust, policy, Role, type Statement } from "../cdktf/iam";
import { SEED_ACCOUNT, seedPrefix, seedRole, seedSource, type SeededFleet } from "../contract/seed";
import { partitionOf } from "../facts/regions";

export interface SeedIdentityProps {
  /** Name of the installation; prefix of AWS names, and of all its seeds. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly clusterName: string;
  readonly fleet: SeededFleet;
  readonly bucket: string;
  /** The account's own key that encrypts the bucket. */
  readonly kmsKeyArn?: string | undefined;
}

/**
 * What the pods that restore and publish may do in the bucket: a fleet that publishes reads and writes its own seeds, and no
 * other's; one that does not only reads those that it restores. Jobs are root on their node, and can take this role.
 *
 * @example
 * const identity = new SeedIdentity(stack, "seed", {
 *   name: "dagger-ci", region: "eu-west-1", account, clusterName: "dagger-ci", fleet: seededFleet, bucket: "acme-seeds",
 * });
 */
export class SeedIdentity extends Construct {
  /** Before it stands, pods of the service account get no credentials. */
  readonly association: EksPodIdentityAssociation;

  constructor(scope: Construct, id: string, props: SeedIdentityProps) {
    super(scope, id);
    const { name, region, account, clusterName, fleet } = props;
    const pods = { clusterName, namespace: fleet.namespace, serviceAccount: SEED_ACCOUNT };
    const role = new Role(this, "pods", { name: seedRole(name, fleet.name), region, trust: podIdentityTrust({ account, ...pods }), awsPolicies: [] });
    const seeds = new IamRolePolicy(this, "policy", { name: "seeds", role: role.name, policy: policy(...rights(props)) });
    this.association = new EksPodIdentityAssociation(this, "association", { ...pods, roleArn: role.arn, dependsOn: [seeds] });
  }
}

function rights({ name, region, account, fleet, bucket, kmsKeyArn }: SeedIdentityProps): Statement[] {
  const { publish } = fleet.seed;
  const prefix = seedPrefix(name, seedSource(fleet));
  const arn = `arn:${partitionOf(region)}:s3:::${bucket}`;
  // A bucket's name that somebody gives up may be taken by another account.
  const here = { StringEquals: { "aws:ResourceAccount": account } };
  return [
    { Sid: "Bucket", Action: "s3:GetBucketLocation", Resource: arn, Condition: here },
    { Sid: "FindSeeds", Action: "s3:ListBucket", Resource: arn, Condition: { ...here, StringLike: { "s3:prefix": `${prefix}/*` } } },
    {
      Sid: "Seeds",
      Action: ["GetObject", ...(publish ? ["PutObject", "DeleteObject", "AbortMultipartUpload"] : [])].map((action) => `s3:${action}`),
      Resource: `${arn}/${prefix}/*`,
      Condition: here,
    },
    ...(kmsKeyArn === undefined ? [] : [{ Sid: "Key", Action: ["kms:Decrypt", ...(publish ? ["kms:GenerateDataKey"] : [])], Resource: kmsKeyArn }]),
  ];
}
