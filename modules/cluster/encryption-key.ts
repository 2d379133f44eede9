import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { partitionOf, policy } from "../cdktf/iam";

export interface EncryptionKeyProps {
  readonly name: string;
  readonly region: string;
  /** Name of the log group that the key also encrypts. */
  readonly logGroupName: string;
}

/** The KMS key for Kubernetes Secrets and control-plane logs. */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, region, logGroupName }: EncryptionKeyProps) {
    super(scope, id);
    const account = new DataAwsCallerIdentity(this, "caller").accountId;
    const partition = partitionOf(region);
    const key = new KmsKey(this, "key", {
      description: `Kubernetes Secrets and control-plane logs of ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policy(
        {
          Sid: "AccountDecidesByIam",
          Principal: { AWS: `arn:${partition}:iam::${account}:root` },
          Action: "kms:*",
          Resource: "*",
        },
        {
          Sid: "ControlPlaneLogs",
          Principal: { Service: `logs.${region}.amazonaws.com` },
          Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: {
            StringEquals: {
              "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}`,
            },
          },
        },
        {
          Sid: "ControlPlaneLogsFindKey",
          Principal: { Service: `logs.${region}.amazonaws.com` },
          Action: "kms:DescribeKey",
          Resource: "*",
        },
      ),
    });
    new KmsAlias(this, "alias", { name: `alias/${name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}
