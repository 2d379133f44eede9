import { problemsIn } from "../../support/problems";
import { minimal } from "../../support/project";

/** Settings that are right by themselves and wrong together, or that facts contradict: `path | received | allowed`. */
const REFUSED: [string, string, string[]][] = [
  ["a mistyped region", minimal("").replace("eu-west-1", "eu-wset-1"), [
    "region | \"eu-wset-1\" | an AWS region; did you mean eu-west-1?",
  ]],
  ["a number that no region has", minimal("").replace("eu-west-1", "us-east-9"), [
    "region | \"us-east-9\" | an AWS region; did you mean us-east-1 or us-east-2?",
  ]],
  ["more zones than the region has", minimal("").replace("eu-west-1", "us-west-1"), [
    "network.availabilityZones | 3 | at most 2: EKS takes subnets in 2 zones of us-west-1",
  ]],
  ["a mistyped instance type", minimal("cluster: {supportNodes: {instanceTypes: [m7i.larg]}}"), [
    "cluster.supportNodes.instanceTypes[0] | \"m7i.larg\" | an instance type of EC2; did you mean m7i.large?",
  ]],
  ["a type of the other architecture", minimal("cluster: {supportNodes: {instanceTypes: [m7g.large]}}"), [
    "cluster.supportNodes.instanceTypes[0] | \"m7g.large\" | a type of cluster.supportNodes.architecture, which is amd64: m7g.large is arm64",
  ]],
  ["a type too small for a controller", minimal("cluster: {supportNodes: {instanceTypes: [t3.nano]}}"), [
    "cluster.supportNodes.instanceTypes | [\"t3.nano\"] | larger types: one controller needs 1 GiB of memory, and t3.nano has 0 GiB of memory to offer",
  ]],
  ["a type that the region does not sell", minimal("cluster: {supportNodes: {instanceTypes: [m7i.large]}}").replace("eu-west-1", "ca-west-1"), [
    "cluster.supportNodes.instanceTypes[0] | \"m7i.large\" | a type that EC2 sells in ca-west-1",
  ]],
  ["a mistyped family among others", minimal("fleets: [{name: main, nodes: {families: [m6id, m66d]}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].nodes.families[1] | \"m66d\" | an instance family of EC2; did you mean m6gd or m6id?",
  ]],
  ["a family without NVMe among others", minimal("fleets: [{name: main, nodes: {families: [m6id, m7i]}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].nodes.families[1] | \"m7i\" | a family that these settings leave a type of; of m7i, no type of this family has local NVMe disks",
  ]],
  ["nodes that stay of a type that the region does not sell", minimal("fleets: [{name: main, nodes: {mode: persistent, instanceType: m6id.2xlarge, count: 1}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]").replace("eu-west-1", "eu-west-3"), [
    "fleets[0].nodes.instanceType | \"m6id.2xlarge\" | a type that EC2 sells in eu-west-3",
  ]],
  ["more listeners than the support nodes have room for", minimal("fleets: [{name: main, runners: [{name: s0, cpu: 1, memory: 2Gi, max: 1}, {name: s1, cpu: 1, memory: 2Gi, max: 1}, {name: s2, cpu: 1, memory: 2Gi, max: 1}, {name: s3, cpu: 1, memory: 2Gi, max: 1}, {name: s4, cpu: 1, memory: 2Gi, max: 1}, {name: s5, cpu: 1, memory: 2Gi, max: 1}, {name: s6, cpu: 1, memory: 2Gi, max: 1}, {name: s7, cpu: 1, memory: 2Gi, max: 1}, {name: s8, cpu: 1, memory: 2Gi, max: 1}, {name: s9, cpu: 1, memory: 2Gi, max: 1}, {name: s10, cpu: 1, memory: 2Gi, max: 1}, {name: s11, cpu: 1, memory: 2Gi, max: 1}, {name: s12, cpu: 1, memory: 2Gi, max: 1}, {name: s13, cpu: 1, memory: 2Gi, max: 1}, {name: s14, cpu: 1, memory: 2Gi, max: 1}, {name: s15, cpu: 1, memory: 2Gi, max: 1}, {name: s16, cpu: 1, memory: 2Gi, max: 1}, {name: s17, cpu: 1, memory: 2Gi, max: 1}, {name: s18, cpu: 1, memory: 2Gi, max: 1}, {name: s19, cpu: 1, memory: 2Gi, max: 1}, {name: s20, cpu: 1, memory: 2Gi, max: 1}, {name: s21, cpu: 1, memory: 2Gi, max: 1}, {name: s22, cpu: 1, memory: 2Gi, max: 1}, {name: s23, cpu: 1, memory: 2Gi, max: 1}, {name: s24, cpu: 1, memory: 2Gi, max: 1}, {name: s25, cpu: 1, memory: 2Gi, max: 1}, {name: s26, cpu: 1, memory: 2Gi, max: 1}, {name: s27, cpu: 1, memory: 2Gi, max: 1}, {name: s28, cpu: 1, memory: 2Gi, max: 1}, {name: s29, cpu: 1, memory: 2Gi, max: 1}, {name: s30, cpu: 1, memory: 2Gi, max: 1}, {name: s31, cpu: 1, memory: 2Gi, max: 1}, {name: s32, cpu: 1, memory: 2Gi, max: 1}, {name: s33, cpu: 1, memory: 2Gi, max: 1}, {name: s34, cpu: 1, memory: 2Gi, max: 1}, {name: s35, cpu: 1, memory: 2Gi, max: 1}, {name: s36, cpu: 1, memory: 2Gi, max: 1}, {name: s37, cpu: 1, memory: 2Gi, max: 1}, {name: s38, cpu: 1, memory: 2Gi, max: 1}, {name: s39, cpu: 1, memory: 2Gi, max: 1}, {name: s40, cpu: 1, memory: 2Gi, max: 1}, {name: s41, cpu: 1, memory: 2Gi, max: 1}, {name: s42, cpu: 1, memory: 2Gi, max: 1}, {name: s43, cpu: 1, memory: 2Gi, max: 1}, {name: s44, cpu: 1, memory: 2Gi, max: 1}, {name: s45, cpu: 1, memory: 2Gi, max: 1}, {name: s46, cpu: 1, memory: 2Gi, max: 1}, {name: s47, cpu: 1, memory: 2Gi, max: 1}, {name: s48, cpu: 1, memory: 2Gi, max: 1}, {name: s49, cpu: 1, memory: 2Gi, max: 1}, {name: s50, cpu: 1, memory: 2Gi, max: 1}, {name: s51, cpu: 1, memory: 2Gi, max: 1}, {name: s52, cpu: 1, memory: 2Gi, max: 1}, {name: s53, cpu: 1, memory: 2Gi, max: 1}, {name: s54, cpu: 1, memory: 2Gi, max: 1}, {name: s55, cpu: 1, memory: 2Gi, max: 1}, {name: s56, cpu: 1, memory: 2Gi, max: 1}, {name: s57, cpu: 1, memory: 2Gi, max: 1}, {name: s58, cpu: 1, memory: 2Gi, max: 1}, {name: s59, cpu: 1, memory: 2Gi, max: 1}, {name: s60, cpu: 1, memory: 2Gi, max: 1}, {name: s61, cpu: 1, memory: 2Gi, max: 1}, {name: s62, cpu: 1, memory: 2Gi, max: 1}, {name: s63, cpu: 1, memory: 2Gi, max: 1}, {name: s64, cpu: 1, memory: 2Gi, max: 1}, {name: s65, cpu: 1, memory: 2Gi, max: 1}, {name: s66, cpu: 1, memory: 2Gi, max: 1}, {name: s67, cpu: 1, memory: 2Gi, max: 1}, {name: s68, cpu: 1, memory: 2Gi, max: 1}, {name: s69, cpu: 1, memory: 2Gi, max: 1}, {name: s70, cpu: 1, memory: 2Gi, max: 1}, {name: s71, cpu: 1, memory: 2Gi, max: 1}, {name: s72, cpu: 1, memory: 2Gi, max: 1}, {name: s73, cpu: 1, memory: 2Gi, max: 1}, {name: s74, cpu: 1, memory: 2Gi, max: 1}, {name: s75, cpu: 1, memory: 2Gi, max: 1}, {name: s76, cpu: 1, memory: 2Gi, max: 1}, {name: s77, cpu: 1, memory: 2Gi, max: 1}, {name: s78, cpu: 1, memory: 2Gi, max: 1}, {name: s79, cpu: 1, memory: 2Gi, max: 1}]}]"), [
    "cluster.supportNodes.count | 2 | more nodes, or larger instanceTypes: controllers and 80 listeners need 5.5 CPU, and 2 x m7i.large offer 3.5 CPU",
  ]],
  ["a VPC of loopback addresses", minimal("network: {cidr: 127.0.0.0/16}"), [
    "network.cidr | \"127.0.0.0/16\" | a range inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 198.18.0.0/15: others are not yours, or AWS takes none of them",
  ]],
  ["a VPC of somebody else's addresses", minimal("network: {cidr: 8.8.0.0/16}"), [
    "network.cidr | \"8.8.0.0/16\" | a range inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 198.18.0.0/15: others are not yours, or AWS takes none of them",
  ]],
  ["a VPC on dockerd's own network", minimal("network: {cidr: 172.17.0.0/16}\nfleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, max: 1, docker: true}]}]"), [
    "network.cidr | \"172.17.0.0/16\" | a range apart from 172.17.0.0/16, which dockerd takes for itself in runners with docker: true",
  ]],
  ["services on public addresses", minimal("cluster: {serviceCidr: 8.8.0.0/16}"), [
    "cluster.serviceCidr | \"8.8.0.0/16\" | a range inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16: others are not yours, or AWS takes none of them",
  ]],
  ["the whole internet in two halves", minimal("cluster: {endpoint: {publicCidrs: [0.0.0.0/1, 128.0.0.0/1]}}"), [
    "cluster.endpoint.publicCidrs | [\"0.0.0.0/1\",\"128.0.0.0/1\"] | the ranges of your offices and CI; for the whole internet, set cluster.endpoint.openToInternet: true as well",
  ]],
  ["a private range for the public endpoint", minimal("cluster: {endpoint: {publicCidrs: [10.0.0.0/8]}}"), [
    "cluster.endpoint.publicCidrs[0] | \"10.0.0.0/8\" | an address range of the internet; from inside the VPC the private endpoint is always there",
  ]],
  ["a small VPC in five zones", minimal("network: {cidr: 10.0.0.0/22, availabilityZones: 5}").replace("eu-west-1", "us-east-1"), [
    "network.cidr | \"10.0.0.0/22\" | a larger range for 5 zones: this one has public and intra subnets for 4",
  ]],
  ["more runners than a VPC has addresses", minimal("network: {cidr: 10.0.0.0/22, availabilityZones: 2}\nfleets: [{name: main, nodes: {vcpuLimit: 4000}, runners: [{cpu: 1, memory: 2Gi, max: 600}]}]"), [
    "network.cidr | \"10.0.0.0/22\" | a larger range: pods and nodes of all fleets take 653 addresses at most, and its 2 private subnets have 246",
  ]],
  ["a new VPC for a cluster that exists", minimal("cluster: {mode: existing, name: platform}"), [
    "network.mode | \"new\" | existing, with the ids of the VPC that cluster.name is in: its nodes can be in no other",
  ]],
  ["controllers that a new cluster does not have", minimal("addons: {karpenter: {mode: existing}, arc: {mode: existing, namespace: arc, serviceAccount: arc, version: 0.14.2}}"), [
    "addons.karpenter.mode | \"existing\" | install: a cluster that is made now has none",
    "addons.arc.mode | \"existing\" | install or none: a cluster that is made now has none",
  ]],
  ["support nodes without a network", minimal("cluster: {addons: {vpc-cni: false}}"), [
    "cluster.addons.vpc-cni | false | true in a new cluster: support nodes would have no network and never be ready. A cluster with another network: make it apart, and use cluster.mode: existing",
  ]],
  ["nobody who may enter", minimal("cluster: {creatorIsAdmin: false}"), [
    "cluster.admins | [] | one role or user at least: without creatorIsAdmin nobody could reach the cluster",
  ]],
  ["one principal twice", minimal("cluster: {admins: [\"arn:aws:iam::111122223333:role/P\"], viewers: [\"arn:aws:iam::111122223333:role/P\"]}"), [
    "cluster.viewers[0] | \"arn:aws:iam::111122223333:role/P\" | each principal once: cluster.admins[0] has it already, and EKS takes one entry for each",
  ]],
  ["no way out", minimal("network: {nat: none}"), [
    "images | {\"mirrors\":{}} | mirror, or mirrors of public.ecr.aws, ghcr.io, registry.dagger.io; or a proxy without credentials: without NAT nodes reach no registry outside (npm run images lists what they pull)",
    "network.nat | \"none\" | single or per-az; or with none a way to GitHub: proxy, or a github.server that the VPC reaches",
  ]],
  ["no way out but a proxy that wants credentials", minimal("network: {nat: none}\nproxy: {https: \"http://proxy.example:3128\", secret: ci/proxy}"), [
    "images | {\"mirrors\":{}} | mirror, or mirrors of public.ecr.aws, ghcr.io, registry.dagger.io; or a proxy without credentials: without NAT nodes reach no registry outside (npm run images lists what they pull)",
  ]],
  ["endpoints too few", minimal("network: {nat: none, interfaceEndpoints: [ec2]}\nproxy: {https: \"http://proxy.example:3128\"}"), [
    "network.interfaceEndpoints | [\"ec2\"] | also ecr.api, ecr.dkr, eks, eks-auth, sts, which nodes and controllers call and reach in no other way without NAT",
  ]],
  ["zonal shift without its endpoint", minimal("network: {nat: none, interfaceEndpoints: [ec2, ecr.api, ecr.dkr, eks, eks-auth, sts, sqs, ssm]}\ncluster: {zonalShift: true}\nimages: {mirror: registry.example}").replace("organization: acme", "organization: acme, server: {url: https://ghe.example}"), [
    "network.interfaceEndpoints | [\"ec2\",\"ecr.api\",\"ecr.dkr\",\"eks\",\"eks-auth\",\"sts\",\"sqs\",\"ssm\"] | also arc-zonal-shift, which nodes and controllers call and reach in no other way without NAT",
  ]],
  ["no endpoint for EKS in the region", minimal("network: {nat: none}\nproxy: {https: \"http://proxy.example:3128\"}").replace("eu-west-1", "mx-central-1"), [
    "network.nat | \"none\" | single or per-az: nodes and controllers call eks, and mx-central-1 has no interface endpoint for it",
  ]],
  ["states in files with delivery", minimal("delivery: {repository: acme/ci}"), [
    "state | {\"type\":\"local\",\"directory\":\".terraform-state\"} | {type: s3, bucket: …} together with delivery: workflows need states that outlive a machine",
  ]],
  ["what a guest cannot bring", minimal("network: {mode: existing, vpcId: vpc-0123456789abcdef0, privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}\ncluster: {mode: existing, name: dagger-ci, guest: true, addons: {coredns: true}}\naddons: {summerwind: install, certManager: install}\nfleets: [{name: main, runners: [{name: g, kind: runner-deployment, cpu: 1, memory: 2Gi, placement: any-runner-node, scaling: {mode: autoscaled, min: 1, max: 2}}]}]"), [
    'name | "dagger-ci" | another name than the cluster\'s: the installation that made the cluster has this one, and with it the IAM roles of that name',
    "cluster.addons.coredns | true | false for a guest: EKS has each add-on once, and the first installation or the cluster's owner keeps it",
    'addons.karpenter.mode | "install" | existing: a second Karpenter would fight over the same node pools. The first installation\'s serves both, with this one\'s roles in its addons.karpenter.guests, for a guest',
    'addons.arc.mode | "install" | existing, with namespace arc-systems and service account arc-controller of the first installation, or none: two controllers would fight over the same runner sets, for a guest',
    'addons.summerwind | "install" | existing, or none: two controllers would fight over the same runners, for a guest',
    'addons.certManager | "install" | auto or existing: a cluster has one cert-manager, for a guest',
    'fleets[0].runners[0].placement | "any-runner-node" | fleet for a guest, since the cluster has nodes of another installation, with other engines',
  ]],
  ["states in HCP Terraform, and a role to take, with delivery", minimal("delivery: {repository: acme/ci}\nstate: {type: cloud, organization: acme}\nassumeRole: {roleArn: arn:aws:iam::111122223333:role/terraform}"), [
    "state | {\"type\":\"cloud\",\"organization\":\"acme\",\"hostname\":\"app.terraform.io\"} | {type: s3, bucket: …} together with delivery: its workflows and the roles of npm run bootstrap reach states in S3 alone",
    "assumeRole | {\"roleArn\":\"arn:aws:iam::111122223333:role/terraform\",\"sessionName\":\"dagger-on-eks\"} | nothing together with delivery: its workflows take roles of their own with GitHub's token, and those may take no other",
  ]],
  ["roles of another account and of another partition", minimal("account: \"111122223333\"\nnetwork: {flowLogRoleArn: arn:aws:iam::444455556666:role/f}\ncluster: {roleArn: arn:aws-cn:iam::111122223333:role/c, addons: {vpc-cni: {roleArn: arn:aws:iam::444455556666:role/v}, coredns: {roleArn: arn:aws:iam::111122223333:role/d}}}"), [
    "network.flowLogRoleArn | \"arn:aws:iam::444455556666:role/f\" | a role of the account 111122223333: none of another can be handed to AWS's services",
    "cluster.roleArn | \"arn:aws-cn:iam::111122223333:role/c\" | an ARN of the partition aws, in which eu-west-1 is: arn:aws:…",
    "cluster.addons.vpc-cni.roleArn | \"arn:aws:iam::444455556666:role/v\" | a role of the account 111122223333: none of another can be handed to AWS's services",
    "cluster.addons.coredns.roleArn | \"arn:aws:iam::111122223333:role/d\" | no such setting here; docs/settings.md lists them all",
  ]],
  ["an ARC of another minor version", minimal("network: {mode: existing, vpcId: vpc-0123456789abcdef0, privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}\ncluster: {mode: existing, name: platform}\naddons: {arc: {mode: existing, namespace: arc, serviceAccount: arc, version: 0.13.1}}"), [
    "addons.arc.version | \"0.13.1\" | the minor version of versions.arc, which is 0.14.2: a controller deletes runner sets of another. Set versions.arc to the cluster's",
  ]],
  ["a Karpenter too old for Kubernetes", minimal("versions: {karpenter: 1.10.0, kubernetes: \"1.36\"}"), [
    "versions.karpenter | \"1.10.0\" | 1.13.0 or later, which Kubernetes 1.36 needs",
  ]],
  ["charts of unknown majors", minimal("versions: {karpenter: 99.0.0, arc: 0.4.0, certManager: v2.0.0}"), [
    "versions.karpenter | \"99.0.0\" | a version 1.x: this project knows no other",
    "versions.arc | \"0.4.0\" | 0.11.0 or later, the first that takes the listener's metrics as this project gives them",
    "versions.certManager | \"v2.0.0\" | a version v1.x: this project knows no other",
  ]],
  ["a kube-proxy of another Kubernetes", minimal("versions: {eksAddons: {kube-proxy: v1.34.6-eksbuild.29}}"), [
    "versions.eksAddons.kube-proxy | \"v1.34.6-eksbuild.29\" | a version v1.35.…, as Kubernetes has: EKS offers no other for it",
  ]],
  ["an AMI whose array does not survive a stop", minimal("versions: {ami: al2023@v20240101}"), [
    "versions.ami | \"al2023@v20240101\" | al2023@v20260707 or later: on older ones the array of disks does not survive a stop",
  ]],
  ["a Dagger of the next major version", minimal("fleets: [{name: main, dagger: 9.99.0, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].dagger | \"9.99.0\" | a version 0.x, or a pre-release of 1.0.0: this project knows the chart and the settings of no other",
  ]],
  ["a fleet named as another construct", minimal("fleets: [{name: kubernetes, runners: [{cpu: 2, memory: 8Gi, max: 1}]}, {name: amis, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].name | \"kubernetes\" | another name: the stack has something else of this one",
    "fleets[1].name | \"amis\" | another name: the stack has something else of this one",
  ]],
  ["a fleet of nodes that stay named as roles of the cluster", minimal("fleets: [{name: runner, nodes: {mode: persistent, instanceType: m6id.2xlarge, count: 1}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}, {name: support, nodes: {mode: persistent, instanceType: m6id.2xlarge, count: 1}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].name | \"runner\" | another name for nodes that stay: the cluster stack has an IAM role for runner nodes already",
    "fleets[1].name | \"support\" | another name for nodes that stay: the cluster stack has an IAM role for support nodes already",
  ]],
  ["a size named as another construct", minimal("fleets: [{name: main, runners: [{name: engine, cpu: 2, memory: 8Gi, max: 1}, {name: nodes, cpu: 1, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].runners[0].name | \"engine\" | another name: the fleet has something else of this one",
    "fleets[0].runners[1].name | \"nodes\" | another name: the fleet has something else of this one",
  ]],
  ["one size in two kinds", minimal("addons: {summerwind: install}\nfleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, max: 3}, {kind: runner-deployment, cpu: 2, memory: 8Gi, labels: [x], scaling: {max: 3, repositories: [api]}}]}]"), [
    "fleets[0].runners[1].name | \"2c-8g\" | a name of its own: another size of this fleet has this one, which comes from CPU and memory unless it is set",
  ]],
  ["a runs-on that is the engine's release", minimal("fleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, max: 3, runsOn: main}]}]"), [
    "fleets[0].runners[0].runsOn | \"main\" | another name than the fleet's, which its engine's Helm release has",
  ]],
  ["namespaces that exist", minimal("fleets: [{name: a, namespace: default, runners: [{cpu: 2, memory: 8Gi, max: 1}]}, {name: b, namespace: arc-systems, runners: [{cpu: 2, memory: 8Gi, max: 1}]}, {name: c, namespace: kube-system, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].namespace | \"default\" | a namespace of the fleet's own: this one has others in it, and exists already",
    "fleets[1].namespace | \"arc-systems\" | a namespace of the fleet's own: this one has others in it, and exists already",
    "fleets[2].namespace | \"kube-system\" | a namespace of the fleet's own: this one has others in it, and exists already",
  ]],
  ["more idle runners than the limit holds", minimal("fleets: [{name: main, nodes: {vcpuLimit: 8}, runners: [{cpu: 2, memory: 8Gi, min: 20, max: 20}]}]"), [
    "fleets[0].nodes.vcpuLimit | 8 | at least 80, or a smaller min: 20 idle runners and their engines do not fit",
  ]],
  ["more idle runners than nodes that stay hold", minimal("fleets: [{name: main, nodes: {mode: persistent, instanceType: m6id.2xlarge, count: 1}, runners: [{cpu: 2, memory: 8Gi, min: 5, max: 5}]}]"), [
    "fleets[0].nodes.count | 1 | at least 3, or a smaller min: 5 idle runners and their engines do not fit",
  ]],
];

test.each(REFUSED)("%s is refused", (_title, yaml, expected) => {
  expect(problemsIn(yaml)).toEqual(expected);
});
