import { spawn, type ChildProcess } from "node:child_process";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeInstanceAttributeCommand, DescribeInstancesCommand, DescribeLaunchTemplatesCommand, EC2Client, type Instance } from "@aws-sdk/client-ec2";
import { EKSClient, ListClustersCommand } from "@aws-sdk/client-eks";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { until } from "../report/steps";

/** The account's number, as the lane has it. */
export const ACCOUNT = "111122223333";
const REGION = "eu-west-1";
/** Where the cluster's programs look for AWS, and where the lane's stacks do: there each request is checked. */
const PORT = 5005;
const CHECKED_PORT = 5598;

export interface AccountOptions {
  /** Folder with the lane of the real AWS provider. */
  readonly lane: string;
  /** A Python that has moto. */
  readonly python: string;
  /** Folder for its logs. */
  readonly work: string;
  readonly kubernetes: string;
  /** Version of the AMI, such as `v20260930`. */
  readonly ami: string;
  /** The Kubernetes API that its EKS clusters have: where it is, and its authority's certificate in base64. */
  readonly server: string;
  readonly authority: string;
}

/** An emulated AWS account in which there is nothing yet. */
export class AwsAccount {
  static readonly url = `http://127.0.0.1:${PORT}`;
  private readonly client = { region: REGION, endpoint: AwsAccount.url, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  private readonly ec2 = new EC2Client(this.client);

  private constructor(
    private readonly requests: string,
    private readonly processes: readonly ChildProcess[],
  ) {}

  static async start({ lane, python, work, kubernetes, ami, server, authority }: AccountOptions): Promise<AwsAccount> {
    const ca = join(work, "api-ca.crt");
    writeFileSync(ca, Buffer.from(authority, "base64"));
    const requests = join(work, "requests.log");
    const env = {
      ...process.env,
      ...{ AWS_REGION: REGION, AWS_DEFAULT_REGION: REGION, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
      ...{ MOTO_ACCOUNT_ID: ACCOUNT, MOTO_IAM_LOAD_MANAGED_POLICIES: "true", MOTO_EC2_LOAD_DEFAULT_AMIS: "false" },
    };
    const start = (name: string, ...args: string[]) => spawn(python, args, { env, stdio: ["ignore", "pipe", openSync(join(work, `${name}.log`), "w")] });
    const account = start("account", "proofs/rehearse/account.py", String(PORT), kubernetes, ami, server, ca);
    let said = "";
    account.stdout!.on("data", (text: Buffer) => (said += text.toString()));
    await until("the account answers", 90, () => said.includes('{"images"'));
    const checked = start("endpoint", join(lane, "endpoint.py"), String(CHECKED_PORT), String(PORT), requests);
    await until("the checked endpoint answers", 30, () => fetch(`http://127.0.0.1:${CHECKED_PORT}`).then(() => true, () => false));
    return new AwsAccount(requests, [account, checked]);
  }

  stop(): void {
    for (const child of this.processes) child.kill("SIGKILL");
  }

  /** Requests of the AWS provider so far, and what of them AWS's API models would refuse. */
  checked(): { readonly requests: number; readonly refused: readonly string[] } {
    const lines = readFileSync(this.requests, "utf8").trim().split("\n");
    const all = lines.map((line) => JSON.parse(line) as { readonly op: string; readonly errs: readonly string[] });
    return { requests: all.length, refused: all.flatMap(({ op, errs }) => errs.map((error) => `${op}: ${error}`)) };
  }

  /** Instances that are not terminated. */
  async instances(): Promise<Instance[]> {
    const { Reservations = [] } = await this.ec2.send(new DescribeInstancesCommand({}));
    return Reservations.flatMap(({ Instances = [] }) => Instances).filter(({ State }) => State?.Name !== "terminated");
  }

  /** What an instance was given as user data. */
  async userData(instanceId: string): Promise<string> {
    const { UserData } = await this.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: "userData" }));
    return Buffer.from(UserData?.Value ?? "", "base64").toString();
  }

  /** What was made in the account and is still there of what stacks and Karpenter make. */
  async left(): Promise<string[]> {
    const { clusters = [] } = await new EKSClient(this.client).send(new ListClustersCommand({}));
    const { Roles = [] } = await new IAMClient(this.client).send(new ListRolesCommand({}));
    const { LaunchTemplates = [] } = await this.ec2.send(new DescribeLaunchTemplatesCommand({}));
    return [
      ...(await this.instances()).map(({ InstanceId }) => `instance ${InstanceId}`),
      ...clusters.map((name) => `EKS cluster ${name}`),
      ...Roles.map(({ RoleName }) => `role ${RoleName}`),
      ...LaunchTemplates.map(({ LaunchTemplateName }) => `launch template ${LaunchTemplateName}`),
    ];
  }
}
