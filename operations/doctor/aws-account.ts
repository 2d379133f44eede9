import { DescribeAvailabilityZonesCommand, EC2Client, paginateDescribeInstanceTypeOfferings } from "@aws-sdk/client-ec2";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetServiceQuotaCommand, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** What `doctor` asks of an AWS account; all of it reads only. */
export interface AwsAccount {
  readonly identity: () => Promise<{ readonly account: string; readonly arn: string }>;
  /** Names of the zones that the account has in the region. */
  readonly zones: () => Promise<readonly string[]>;
  /** Zones by instance type, for those of the types that the region sells. */
  readonly offerings: (instanceTypes: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>;
  /** Value of an EC2 quota by its code. */
  readonly quota: (code: string) => Promise<number>;
  readonly hasRole: (name: string) => Promise<boolean>;
  /** Text of a secret; undefined if there is no such secret. */
  readonly secret: (name: string) => Promise<string | undefined>;
}

/** The account of the current credentials, by the AWS SDK. Endpoints can be moved by `AWS_ENDPOINT_URL`. */
export function awsAccount(region: string, profile?: string): AwsAccount {
  const settings = { region, ...(profile === undefined ? {} : { profile }) };
  const ec2 = new EC2Client(settings);
  return {
    identity: async () => {
      const { Account = "", Arn = "" } = await new STSClient(settings).send(new GetCallerIdentityCommand({}));
      return { account: Account, arn: Arn };
    },
    zones: async () => {
      const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
      return AvailabilityZones.flatMap(({ ZoneName, State }) => (ZoneName !== undefined && State === "available" ? [ZoneName] : []));
    },
    offerings: async (instanceTypes) => {
      const found = new Map<string, string[]>();
      const wanted = new Set(instanceTypes);
      for await (const page of paginateDescribeInstanceTypeOfferings({ client: ec2 }, { LocationType: "availability-zone" })) {
        for (const { InstanceType = "", Location = "" } of page.InstanceTypeOfferings ?? []) {
          if (wanted.has(InstanceType)) found.set(InstanceType, [...(found.get(InstanceType) ?? []), Location]);
        }
      }
      return found;
    },
    quota: async (code) => {
      const command = new GetServiceQuotaCommand({ ServiceCode: "ec2", QuotaCode: code });
      const { Quota } = await new ServiceQuotasClient(settings).send(command);
      if (Quota?.Value === undefined) throw new Error("AWS gives no value");
      return Quota.Value;
    },
    hasRole: (name) => exists(new IAMClient(settings).send(new GetRoleCommand({ RoleName: name }))),
    secret: async (name) => {
      const answer = new SecretsManagerClient(settings).send(new GetSecretValueCommand({ SecretId: name }));
      return (await exists(answer)) ? ((await answer).SecretString ?? "") : undefined;
    },
  };
}

/** False for an answer that there is no such thing; any other error is passed on. */
const exists = async (answer: Promise<unknown>): Promise<boolean> => {
  try {
    await answer;
    return true;
  } catch (error) {
    if (/NoSuchEntity|ResourceNotFound/.test((error as Error).name)) return false;
    throw error;
  }
};
