import { DescribeAvailabilityZonesCommand, DescribeCapacityReservationsCommand, DescribeImagesCommand, EC2Client, GetEbsDefaultKmsKeyIdCommand, paginateDescribeInstanceTypeOfferings } from "@aws-sdk/client-ec2";
import { DescribeClusterCommand, EKSClient, paginateListAddons } from "@aws-sdk/client-eks";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetServiceQuotaCommand, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { awsSettings, type AwsIdentity } from "../aws-settings";

/** A cluster as EKS describes it. */
export interface StandingCluster {
  readonly ipFamily: string;
  readonly authenticationMode: string;
  readonly autoMode: boolean;
  readonly addons: readonly string[];
}

export interface Reservation {
  readonly zone: string;
  readonly instanceType: string;
  readonly state: string;
  /** How many instances. */
  readonly total: number;
}

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
  /** The KMS key with which the account encrypts EBS volumes by default: AWS's alias, or an ARN. */
  readonly ebsKey: () => Promise<string>;
  /** Zone, type and state of those of the capacity reservations that there are, by their id. */
  readonly reservations: (ids: readonly string[]) => Promise<ReadonlyMap<string, Reservation>>;
  /** Architecture of those of the AMIs that the account may use, by their id. */
  readonly images: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** A cluster by its name; undefined if there is no such cluster. */
  readonly cluster: (name: string) => Promise<StandingCluster | undefined>;
  /** Text of a secret; undefined if there is no such secret. */
  readonly secret: (name: string) => Promise<string | undefined>;
}

/** The account of the current credentials, by the AWS SDK. Endpoints can be moved by `AWS_ENDPOINT_URL`. */
export function awsAccount(identity: AwsIdentity): AwsAccount {
  const settings = awsSettings(identity);
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
    ebsKey: async () => (await ec2.send(new GetEbsDefaultKmsKeyIdCommand({}))).KmsKeyId ?? "",
    reservations: async (ids) => {
      // By a filter: an id that is not there would else be an error for all of them.
      const command = new DescribeCapacityReservationsCommand({ Filters: [{ Name: "capacity-reservation-id", Values: [...ids] }] });
      const { CapacityReservations = [] } = await ec2.send(command);
      return new Map(
        CapacityReservations.map((one) => [
          one.CapacityReservationId ?? "",
          { zone: one.AvailabilityZone ?? "", instanceType: one.InstanceType ?? "", state: one.State ?? "", total: one.TotalInstanceCount ?? 0 },
        ]),
      );
    },
    images: async (ids) => {
      const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Filters: [{ Name: "image-id", Values: [...ids] }] }));
      return new Map(Images.map(({ ImageId = "", Architecture = "" }) => [ImageId, Architecture === "x86_64" ? "amd64" : Architecture]));
    },
    cluster: async (name) => {
      const eks = new EKSClient(settings);
      const answer = eks.send(new DescribeClusterCommand({ name }));
      if (!(await exists(answer))) return undefined;
      const { cluster } = await answer;
      const addons: string[] = [];
      for await (const page of paginateListAddons({ client: eks }, { clusterName: name })) addons.push(...(page.addons ?? []));
      return {
        ipFamily: cluster?.kubernetesNetworkConfig?.ipFamily ?? "",
        authenticationMode: cluster?.accessConfig?.authenticationMode ?? "",
        autoMode: cluster?.computeConfig?.enabled === true,
        addons,
      };
    },
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
