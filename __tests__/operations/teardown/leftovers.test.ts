import {
  CreateLaunchTemplateCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  type Tag,
} from "@aws-sdk/client-ec2";
import { deleteLeftovers, findLeftovers } from "../../../operations/teardown/leftovers";

/** Runs only against an emulated account: where EC2_EMULATOR is its address, such as that of moto_server. */
const endpoint = process.env.EC2_EMULATOR;

(endpoint === undefined ? describe.skip : describe)("what controllers leave in AWS", () => {
  const ec2 = new EC2Client({
    region: "eu-west-1",
    ...(endpoint === undefined ? {} : { endpoint }),
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const tags = (cluster: string, pool: string): Tag[] => [
    { Key: `kubernetes.io/cluster/${cluster}`, Value: "owned" },
    { Key: "karpenter.sh/nodepool", Value: pool },
    { Key: "karpenter.k8s.aws/ec2nodeclass", Value: pool },
  ];
  const make = async (cluster: string, pool: string) => {
    const spec = (ResourceType: "instance" | "launch-template" | "network-interface" | "volume") => ({
      TagSpecifications: [{ ResourceType, Tags: tags(cluster, pool) }],
    });
    const vpc = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const subnet = await ec2.send(new CreateSubnetCommand({ VpcId: vpc.Vpc!.VpcId, CidrBlock: "10.0.0.0/24" }));
    await ec2.send(new RunInstancesCommand({ ImageId: "ami-12c6146b", MinCount: 1, MaxCount: 1, InstanceType: "m6id.2xlarge", ...spec("instance") }));
    await ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: `karpenter.k8s.aws/${cluster}-${pool}`,
        LaunchTemplateData: { InstanceType: "m6id.2xlarge" },
        ...spec("launch-template"),
      }),
    );
    await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnet.Subnet!.SubnetId, Description: "aws-K8S", ...spec("network-interface") }));
    await ec2.send(new CreateVolumeCommand({ AvailabilityZone: "eu-west-1a", Size: 10, ...spec("volume") }));
  };
  const kinds = async (clusterName: string, sharedCluster = false) =>
    (await findLeftovers(ec2, { clusterName, fleets: ["main"], sharedCluster })).map(({ kind }) => kind);
  const ALL = ["instance", "launch template", "network interface", "volume"];

  test("is found by the cluster's tags, deleted in an order that works, and other clusters' things stay", async () => {
    await make("mine", "main");
    await make("theirs", "main");
    expect(await kinds("mine")).toEqual(ALL);
    const lines: string[] = [];
    await deleteLeftovers(ec2, await findLeftovers(ec2, { clusterName: "mine", fleets: ["main"], sharedCluster: false }), (line) => lines.push(line));
    expect(lines[0]).toBe("waiting for 1 instance to end");
    expect(await kinds("mine")).toEqual([]);
    expect(await kinds("theirs")).toEqual(ALL);
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters: [{ Name: "instance-state-name", Values: ["running"] }] }));
    expect(Reservations.length).toBeGreaterThan(0);
  }, 60_000);

  test("in a cluster that lives on, only what was made for our fleets counts", async () => {
    await make("platform", "main");
    await make("platform", "web-servers");
    expect(await kinds("platform", true)).toEqual(["instance", "launch template"]);
  });
});
