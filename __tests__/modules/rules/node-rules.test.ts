import { parseConfig } from "../../../modules/load-config";
import { problemsIn } from "../../support/problems";
import { EXISTING, EXISTING_VPC, minimal } from "../../support/project";

const ROLE = "arn:aws:iam::111122223333:role/platform/eks-node";
const KEY = "arn:aws:kms:eu-west-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
const nodes = (text: string, more = "") => minimal(`${more}\nfleets: [{name: main, nodes: {${text}}, runners: [{cpu: 2, memory: 8Gi, max: 4}]}]`);
const stay = (text: string, more = "") => nodes(`mode: persistent, instanceType: m6id.4xlarge, count: 1, ${text}`, more);
const at = (rest: string) => `fleets[0].nodes.${rest}`;
const AMI = "an alias such as al2023@v20260724, an AMI id such as ami-0123456789abcdef0, {tags: {…}} or {ssmParameter: …}";

test.each<[string, string, string[]]>([
  ["a zone of another region", nodes("zones: [us-east-1a]"), [at("zones[0] | \"us-east-1a\" | a zone of the region eu-west-1")]],
  ["a zone that the network lacks", nodes("zones: [eu-west-1c]", "network: {availabilityZones: [eu-west-1a, eu-west-1b]}"), [at("zones[0] | \"eu-west-1c\" | a zone of network.availabilityZones: eu-west-1a, eu-west-1b")]],
  ["reserved without a reservation", nodes("capacityTypes: [reserved]"), [at("capacityReservations | nothing | {ids: […]}, {tags: {…}} or {open: true}: capacityTypes has reserved, and Karpenter uses no reservation that is not selected")]],
  ["a reservation without reserved", nodes("capacityReservations: {open: true}"), [at('capacityTypes | ["on-demand"] | reserved among them, such as [reserved, on-demand], for capacityReservations to be used')]],
  ["a reservation of nothing", nodes("capacityTypes: [reserved], capacityReservations: {}"), [at('capacityReservations | {"open":false} | ids, tags or open: true')]],
  [
    "a reservation with the feature gate off",
    nodes("capacityTypes: [reserved], capacityReservations: {open: true}", "addons: {karpenter: {featureGates: {reservedCapacity: false}}}"),
    [at('capacityReservations | {"open":true} | nothing while addons.karpenter.featureGates.reservedCapacity is false: Karpenter then selects none')],
  ],
  ["a reservation of nodes that stay in no zone", stay("capacityReservationId: cr-0123456789abcdef0"), [at("zones | nothing | the one zone of nodes.capacityReservationId: in others the nodes could not be launched")]],
  ["a taint twice", nodes("startupTaints: [{key: a, effect: NoSchedule}, {key: a, value: x, effect: NoSchedule}]"), [at('startupTaints[1] | {"key":"a","value":"x","effect":"NoSchedule"} | each key once for an effect: this stands above already')]],
  ["the fleet's own taint", nodes("startupTaints: [{key: actions-runner, effect: NoSchedule}]"), [at('startupTaints[0].key | "actions-runner" | another key: Kubernetes, Karpenter or the fleet itself sets this one')]],
  ["more pods than addresses", nodes("maxPods: 110"), [at("maxPods | 110 | at most 58, the addresses that c6id.2xlarge has for pods; or cluster.addons.vpc-cni: {prefixDelegation: true}")]],
  ["more pods than EKS allows a small node", nodes("mode: persistent, instanceType: m6id.2xlarge, count: 1, maxPods: 200", "cluster: {addons: {vpc-cni: {prefixDelegation: true}}}"), [at("maxPods | 200 | at most 110, which EKS allows a node group of this size")]],
  ["fewer pods than a node has of its own", nodes("maxPods: 4"), [at("maxPods | 4 | at least 5")]],
  ["an AMI and a release", stay("ami: ami-0123456789abcdef0, releaseVersion: 1.35.6-20260818"), [at('releaseVersion | "1.35.6-20260818" | nothing beside nodes.ami, which is a release of its own')]],
  ["parallel pulls said twice", nodes("fastImagePull: false, userData: {nodeConfig: {featureGates: {FastImagePull: true}}}"), [at("fastImagePull | false | nothing beside nodes.userData.nodeConfig.featureGates.FastImagePull, which says the same")]],
  ["Bottlerocket", nodes("ami: bottlerocket@v1.46.0"), [at(`ami | "bottlerocket@v1.46.0" | ${AMI}: Bottlerocket mounts the disks elsewhere and shields them by SELinux, which no engine here was ever tried with`)]],
  ["Windows", nodes("ami: windows2022@latest"), [at(`ami | "windows2022@latest" | ${AMI}: engines and runners are Linux only`)]],
  ["an AMI by nothing", nodes("ami: {name: golden}"), [at(`ami | {"name":"golden"} | ${AMI}`)]],
  ["user data as a text", nodes('userData: "sysctl -w vm.max_map_count=262144"'), [at('userData | "sysctl -w vm.max_map_count=262144" | a map: {script: …} or {nodeConfig: …}, or both')]],
  ["a script of no interpreter", nodes("userData: {script: ls}"), [at('userData.script | "ls" | a script whose first line is its interpreter, such as #!/bin/bash')]],
  [
    "what would break the contract of nodes",
    nodes(
      "userData: {nodeConfig: {cluster: {name: x}, instance: {localStorage: {strategy: Mount}}, containerd: {config: 'root = \"/x\"'}, featureGates: {InstanceIdNodeName: true}, kubelet: {config: {maxPods: 5, registerWithTaints: [], systemReserved: {cpu: 1}}, flags: [--node-labels=a=b]}}}",
    ),
    [
      at("userData.nodeConfig.kubelet.config.maxPods | 5 | nodes.maxPods, so that placement and Karpenter reckon with it"),
      at("userData.nodeConfig.kubelet.config.registerWithTaints | [] | nodes.startupTaints: the fleet's own taint would be lost"),
      at('userData.nodeConfig.kubelet.config.systemReserved | {"cpu":1} | nothing: placement and Karpenter reckon with EKS\'s own, and would plan more runners for a node than it takes'),
      at('userData.nodeConfig.kubelet.flags[0] | "--node-labels=a=b" | another flag: a fleet\'s nodes depend on this one as it is'),
      at('userData.nodeConfig.containerd.config | "root = \\"/x\\"" | TOML without root and state: images must stay on the array of disks'),
      at('userData.nodeConfig.instance.localStorage | {"strategy":"Mount"} | nothing: the array of disks is where the engine\'s cache is'),
      at("userData.nodeConfig.featureGates.InstanceIdNodeName | true | nothing: the node would have another name than its access entry allows, and not join"),
      at('userData.nodeConfig.cluster | {"name":"x"} | nothing: the node\'s cluster is told by Karpenter, EKS or the stack'),
    ],
  ],
  ["more than EC2 takes", nodes(`userData: {script: "#!${"x".repeat(11_000)}"}`), [at('userData | "11004 bytes" | at most 10000 bytes together: EC2 takes 16 KiB, and the node\'s own part needs the rest')]],
  ["a role without its profile", minimal(`cluster: {runnerNodes: {roleArn: "${ROLE}"}}`), ["cluster.runnerNodes.instanceProfile | nothing | the instance profile that holds cluster.runnerNodes.roleArn: Karpenter launches nodes with it"]],
  ["a profile without its role", minimal("cluster: {runnerNodes: {instanceProfile: eks-node}}"), ["cluster.runnerNodes.roleArn | nothing | the role in cluster.runnerNodes.instanceProfile: it needs an access entry, and Karpenter must pass it"]],
  [
    "a role of another account, with what only an own one can have",
    minimal(`account: "444455556666"\ncluster: {runnerNodes: {roleArn: "${ROLE}", instanceProfile: eks-node, sessionManager: true, accessEntry: false}}`),
    [
      `cluster.runnerNodes.roleArn | "${ROLE}" | a role of the account 444455556666: EKS lets in no node of another`,
      "cluster.runnerNodes.accessEntry | false | true in a new cluster, which has no access entry for the role",
      "cluster.runnerNodes.sessionManager | true | false: the role is yours, so attach AmazonSSMManagedInstanceCore to it yourself",
    ],
  ],
  ["one role for both kinds of nodes", stay(`roleArn: "${ROLE}"`, `cluster: {runnerNodes: {roleArn: "${ROLE}", instanceProfile: eks-node}}`), [at(`roleArn | "${ROLE}" | another role than cluster.runnerNodes.roleArn: EKS makes the access entry of a node group's role itself, and takes one for each role`)]],
  ["a path that is none", minimal("cluster: {iamPath: platform}"), ['cluster.iamPath | "platform" | an IAM path that begins and ends with a slash, such as /platform/']],
  ["a key of another region", nodes(`rootDiskKmsKeyArn: "${KEY.replace("eu-west-1", "us-east-1")}"`), [at(`rootDiskKmsKeyArn | "${KEY.replace("eu-west-1", "us-east-1")}" | an ARN of the region eu-west-1`)]],
])("%s is refused", (_title, yaml, expected) => {
  expect(problemsIn(yaml).sort()).toEqual([...expected].sort());
});

test.each([
  ["every setting of nodes that Karpenter buys", nodes(`ami: {tags: {golden: "*"}}, userData: {script: "#!/bin/sh\\ntrue", nodeConfig: {featureGates: {FastImagePull: true}, instance: {environment: {default: {A: b}}}}}, zones: [eu-west-1a], maxPods: 29, rootDiskKmsKeyArn: "${KEY}", capacityTypes: [reserved, spot, on-demand], capacityReservations: {ids: [cr-0123456789abcdef0]}, startupTaints: [{key: readiness.k8s.io/x, effect: NoExecute}]`)],
  ["every setting of nodes that stay", stay(`ami: ami-0123456789abcdef0, zones: [eu-west-1a], capacityReservationId: cr-0123456789abcdef0, maxPods: 200, roleArn: "${ROLE}"`, "cluster: {addons: {vpc-cni: {prefixDelegation: true}}}")],
  ["more pods in a cluster whose network is not known here", nodes("maxPods: 110", EXISTING)],
  ["a role that has its access entry", minimal(`${EXISTING_VPC}\ncluster: {mode: existing, name: platform, runnerNodes: {roleArn: "${ROLE}", instanceProfile: eks-node, accessEntry: false}}`)],
  ["the gate off, without a reservation", minimal("addons: {karpenter: {featureGates: {reservedCapacity: false}}}")],
])("%s is accepted", (_title, yaml) => {
  expect(() => parseConfig(yaml)).not.toThrow();
});

test.each([
  ["a GPU of a size", "fleets: [{name: gpu, runners: [{cpu: 4, memory: 16Gi, max: 4, gpu: 1}]}]", /^fleets\[0\]\.runners\[0\]\.gpu \| 1 \| nothing: no GPUs\. Pipelines run in the node's one engine/],
  ["IPv6", "cluster: {ipFamily: ipv6}", /^cluster\.ipFamily \| "ipv6" \| nothing: clusters are IPv4\./],
  ["Auto Mode", "cluster: {autoMode: true}", /^cluster\.autoMode \| true \| nothing: no EKS Auto Mode\./],
  ["IRSA", "addons: {karpenter: {identity: irsa}}", /^addons\.karpenter\.identity \| "irsa" \| nothing: roles go to service accounts by EKS Pod Identity/],
  ["Windows", "fleets: [{name: win, nodes: {os: windows}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]", /^fleets\[0\]\.nodes\.os \| "windows" \| nothing: Linux only\./],
  ["IAM settings elsewhere", "iam: {path: /platform/}", /^iam \| \{"path":"\/platform\/"\} \| cluster\.permissionsBoundary and cluster\.iamPath$/],
])("who looks for %s reads why there is none", (_title, yaml, sentence) => {
  expect(problemsIn(minimal(yaml))).toEqual([expect.stringMatching(sentence)]);
});
