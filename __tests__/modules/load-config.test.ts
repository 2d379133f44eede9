import { failure, problemsIn } from "../support/problems";
import { minimal } from "../support/project";

const fleet = (body: string) => minimal(`fleets: [{name: main, ${body}}]`);
const size = (body: string) => fleet(`runners: [{${body}}]`);

/** Bad input, and every problem in it as `path | received | allowed`. */
const BAD: [string, string, string[]][] = [
  ["an empty file", "", [
    "name | nothing | lower-case letters, digits and inner hyphens, at most 32 characters",
    "region | nothing | an AWS region such as eu-west-1",
    "github | nothing | a map of settings",
  ]],
  ["no YAML", "name: [", ["(the file) | \"Flow sequence in block collection must be sufficiently indented and end with a ]\" | valid YAML"]],
  ["a key twice", `${minimal()}region: us-east-1\n`, ['(the file) | region | each setting once']],
  ["a list at the top", "- a", ["(the file) | [\"a\"] | a map of settings"]],
  ["an unknown setting", minimal("nat: none"), ['nat | "none" | no such setting here; docs/settings.md lists them all']],
  ["an upper-case name", minimal().replace("dagger-ci\n", "DaggerCI\n"), ['name | "DaggerCI" | lower-case letters, digits and inner hyphens, at most 32 characters']],
  ["a region that is none", minimal().replace("eu-west-1", "Ireland"), ['region | "Ireland" | an AWS region such as eu-west-1']],
  ["an account that YAML read as a number", minimal("account: 111122223333"), ["account | 111122223333 | a 12-digit AWS account id, in quotes"]],
  ["neither organisation nor repository", minimal().replace("organization: acme, ", ""), ["github | {} | exactly one of organization, repository and enterprise"]],
  ["organisation and repository", minimal().replace("acme,", "acme, repository: acme/api,"), ['github | {"organization":"acme","repository":"acme/api"} | exactly one of organization, repository and enterprise']],
  ["a runner group in a repository", size("cpu: 2, memory: 8Gi, max: 1, runnerGroup: g").replace("organization: acme", "repository: acme/api"), ['fleets[0].runners[0].runnerGroup | "g" | nothing: a repository has no runner groups']],
  ["a server that is no URL", minimal().replace("acme,", "acme, server: {url: github.acme.example},"), ['github.server.url | "github.acme.example" | the URL of a GitHub Enterprise Server without a path, such as https://github.acme.example']],
  ["a repository without owner", minimal().replace("organization: acme", "repository: api"), ['github.repository | "api" | owner/name of a GitHub repository, such as acme/api']],
  ["an unknown kind of state", minimal("state: {type: consul}"), ['state.type | "consul" | one of local, s3, gcs, azurerm, http, cloud']],
  ["state in S3 without a bucket", minimal("state: {type: s3}"), ["state.bucket | nothing | an S3 bucket name: 3 to 63 lower-case letters, digits, hyphens and dots, no two dots in a row, no address"]],
  ["an unknown network mode", minimal("network: {mode: shared}"), ['network.mode | "shared" | one of new, existing']],
  ["a VPC with host bits", minimal("network: {cidr: 10.0.0.1/16}"), ['network.cidr | "10.0.0.1/16" | an IPv4 range such as 10.0.0.0/16, without host bits, with a prefix from /16 to /22']],
  ["a VPC too small for its subnets", minimal("network: {cidr: 10.0.0.0/24}"), ['network.cidr | "10.0.0.0/24" | an IPv4 range such as 10.0.0.0/16, without host bits, with a prefix from /16 to /22']],
  ["a VPC on the engine's own network", minimal("network: {cidr: 10.87.0.0/16}"), ['network.cidr | "10.87.0.0/16" | a range apart from the Dagger Engine\'s own 10.87.0.0/16']],
  ["services on the engine's own network", minimal("cluster: {serviceCidr: 10.87.128.0/20}"), ['cluster.serviceCidr | "10.87.128.0/20" | a range apart from the Dagger Engine\'s own 10.87.0.0/16']],
  ["services inside the VPC", minimal("cluster: {serviceCidr: 10.0.64.0/18}"), ['cluster.serviceCidr | "10.0.64.0/18" | a range apart from network.cidr, which is 10.0.0.0/16']],
  ["one zone", minimal("network: {availabilityZones: 1}"), ["network.availabilityZones | 1 | at least 2"]],
  ["a zone elsewhere, and one twice", minimal("network: {availabilityZones: [us-east-1a, eu-west-1b, eu-west-1b]}"), [
    'network.availabilityZones[0] | "us-east-1a" | a zone of the region eu-west-1',
    'network.availabilityZones[2] | "eu-west-1b" | each zone once',
  ]],
  ["zones as text", minimal("network: {availabilityZones: three}"), ['network.availabilityZones | "three" | a number from 2 to 6, or a list of 2 to 6 zones such as [eu-west-1a, eu-west-1b]']],
  ["an unknown endpoint", minimal("network: {interfaceEndpoints: [sns]}"), ['network.interfaceEndpoints[0] | "sns" | one of arc-zonal-shift, autoscaling, ec2, ec2messages, ecr.api, ecr.dkr, eks, eks-auth, elasticloadbalancing, kms, logs, secretsmanager, sqs, ssm, ssmmessages, sts; did you mean sqs or sts?']],
  ["an existing VPC without ids", minimal("network: {mode: existing, vpcId: my-vpc, privateSubnetIds: [subnet-0123456789abcdef0]}"), [
    'network.vpcId | "my-vpc" | a VPC id such as vpc-0123456789abcdef0',
    'network.privateSubnetIds | ["subnet-0123456789abcdef0"] | at least 2 entries',
  ]],
  ["a public endpoint for the whole internet", minimal("cluster: {endpoint: {publicCidrs: [0.0.0.0/0]}}"), ['cluster.endpoint.publicCidrs[0] | "0.0.0.0/0" | the ranges of your offices and CI; for the whole internet, set cluster.endpoint.openToInternet: true as well']],
  ["an admin that is no ARN", minimal("cluster: {admins: [alice]}"), ['cluster.admins[0] | "alice" | the ARN of an IAM role or user, such as arn:aws:iam::111122223333:role/PlatformAdmin']],
  ["no support nodes", minimal("cluster: {supportNodes: {count: 0}}"), ["cluster.supportNodes.count | 0 | at least 1"]],
  ["a Kubernetes version that Karpenter does not know", minimal('versions: {kubernetes: "1.20"}'), ['versions.kubernetes | "1.20" | one of 1.34, 1.35, 1.36']],
  ["an AMI that follows the latest", minimal("versions: {ami: al2023@latest}"), ['versions.ami | "al2023@latest" | an alias such as al2023@v20260724: with latest every node would be replaced on the day of each release']],
  ["no fleet", minimal("fleets: []"), ["fleets | [] | at least 1 entries"]],
  ["two fleets of one name", minimal("fleets: [{name: a, runners: [{cpu: 2, memory: 8Gi, max: 1}]}, {name: a, runners: [{cpu: 2, memory: 8Gi, max: 1, runsOn: other}]}]"), ['fleets[1].name | "a" | a name that no other fleet has']],
  ["a fleet without runners", fleet("runners: []"), ["fleets[0].runners | [] | at least 1 entries"]],
  ["runners without an upper bound", size("cpu: 2, memory: 8Gi"), ["fleets[0].runners[0].max | nothing | a number"]],
  ["more idle runners than runners", size("cpu: 2, memory: 8Gi, min: 3, max: 2"), ["fleets[0].runners[0].min | 3 | at most max, which is 2"]],
  ["memory without a unit", size("cpu: 2, memory: 8, max: 2"), ["fleets[0].runners[0].memory | 8 | a quantity such as 512Mi, 8Gi, 1Ti or 8G"]],
  ["two sizes of one name", fleet("runners: [{cpu: 2, memory: 8Gi, max: 1}, {cpu: 2, memory: 8Gi, max: 9}]"), ['fleets[0].runners[1].name | "2c-8g" | a name of its own: another size of this fleet has this one, which comes from CPU and memory unless it is set']],
  ["a runs-on over ARC's 45 characters", minimal("fleets: [{name: a-rather-long-fleet, runners: [{name: a-rather-long-size, cpu: 2, memory: 8Gi, max: 1}]}]"), ['fleets[0].runners[0].runsOn | "dagger-ci-a-rather-long-fleet-a-rather-long-size" | at most 45 characters (this has 48): shorten the names, or set runsOn']],
  ["a runner that no node can hold", size("cpu: 31, memory: 8Gi, max: 1"), ["fleets[0].runners[0].cpu | 31 | what one node has left beside its engine and DaemonSets: 29.7 CPU, 48.3 GiB of memory and 818.9 GB of disk on c5ad.8xlarge, the nearest type"]],
  ["two runners that no node can hold, of three", fleet("runners: [{cpu: 2, memory: 8Gi, max: 1}, {cpu: 2, memory: 300Gi, max: 1}, {cpu: 1, memory: 8Gi, storage: 20Ti, max: 1}]"), [
    'fleets[0].runners[1].memory | "300Gi" | what one node has left beside its engine and DaemonSets: 29.7 CPU, 225.9 GiB of memory and 6,488.9 GB of disk on i4i.8xlarge, the nearest type',
    'fleets[0].runners[2].storage | "20Ti" | what one node has left beside its engine and DaemonSets: 21.7 CPU, 166.7 GiB of memory and 13,238.9 GB of disk on i3en.6xlarge, the nearest type',
  ]],
  ["a runner that the nodes that stay cannot hold", fleet("nodes: {mode: persistent, instanceType: m6id.2xlarge, count: 1}, runners: [{cpu: 6, memory: 8Gi, max: 5}]"), ["fleets[0].runners[0].cpu | 6 | what one node has left beside its engine and DaemonSets: 5.7 CPU, 20.6 GiB of memory and 117.5 GB of disk on m6id.2xlarge, the nearest type"]],
  ["an engine that leaves no CPU to runners", fleet("engine: {cpu: 31}, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ["fleets[0].engine.cpu | 31 | at most 29.7, which leaves room for one runner 2c-8g: beside the DaemonSets, engine and runners share 31.7 CPU, 56.3 GiB of memory and 1,078.9 GB of disk on c5ad.8xlarge, the nearest type"]],
  ["an engine that leaves no memory to runners", fleet("engine: {memory: 300Gi}, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ['fleets[0].engine.memory | "300Gi" | at most 225Gi, which leaves room for one runner 2c-8g: beside the DaemonSets, engine and runners share 31.7 CPU, 233.9 GiB of memory and 6,748.9 GB of disk on i4i.8xlarge, the nearest type']],
  ["a cache that leaves no disk to runners", fleet("nodes: {families: [m6id], vcpu: {max: 8}}, engine: {cacheMaxGb: 355}, runners: [{cpu: 2, memory: 8Gi, storage: 80Gi, max: 1}]"), ["fleets[0].engine.cacheMaxGb | 355 | at most 339, which leaves room for one runner 2c-8g: beside the DaemonSets, engine and runners share 7.7 CPU, 28.6 GiB of memory and 425.5 GB of disk on m6id.2xlarge, the nearest type"]],
  ["too many runners beside one engine", fleet("nodes: {vcpu: {max: 96}}, runners: [{cpu: 2, memory: 8Gi, max: 100}]"), ["fleets[0].engine.maxRunners | 32 | at least 46, which is how many runners fit beside the one engine of i3en.24xlarge; or lower nodes.vcpu.max, which is 96"]],
  ["too many runners of all sizes on nodes that stay", fleet("nodes: {mode: persistent, instanceType: m6id.8xlarge, count: 1}, engine: {maxRunners: 10}, runners: [{cpu: 1, memory: 4Gi, max: 5}, {cpu: 2, memory: 8Gi, max: 50}]"), ["fleets[0].engine.maxRunners | 10 | at least 15, which is how many runners fit beside the one engine of m6id.8xlarge; or take a smaller nodes.instanceType"]],
  ["a lower bound above the upper", fleet("nodes: {vcpu: {min: 16, max: 8}}, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ["fleets[0].nodes.vcpu.min | 16 | at most nodes.vcpu.max, which is 8"]],
  ["a limit below one node", fleet("nodes: {vcpuLimit: 4}, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ["fleets[0].nodes.vcpuLimit | 4 | at least one node, so 8 or more: the smallest that holds a runner 2c-8g is m6id.2xlarge"]],
  ["a limit below the one node that a large size needs", fleet("nodes: {vcpuLimit: 16}, runners: [{cpu: 2, memory: 8Gi, max: 1}, {cpu: 20, memory: 48Gi, max: 1}]"), ["fleets[0].nodes.vcpuLimit | 16 | at least one node, so 24 or more: the smallest that holds a runner 20c-48g is i3en.6xlarge"]],
  ["a cache on the root disk of nodes that Karpenter cannot buy", fleet("nodes: {families: [m6i]}, engine: {cache: root-disk}, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ['fleets[0].nodes | {"families":["m6i"],"categories":["c","m","r","i"]} | nodes with local NVMe of that architecture: no known instance type fits these settings together']],
  ["a shared cache that the engine no longer has", fleet("sharedCache: true, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ["fleets[0].sharedCache | true | false: Dagger 0.18.15 took the shared cache out, and 0.21.9 has none. What keeps a cache warm today are seeds (fleets[].seed), nodes that stay (nodes.mode: persistent, nodes.idleAfter) and registry mirrors"]],
  ["a shared cache without a token", fleet("dagger: 0.18.14, sharedCache: true, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ["fleets[0].sharedCache | true | false, or daggerCloud with its secret"]],
  ["an engine too old to keep its cache on NVMe", fleet("dagger: 0.16.3, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ['fleets[0].dagger | "0.16.3" | 0.17.0 or later for a cache on NVMe; before, set engine.cache: root-disk']],
  ["mirrors for an engine that knows none", fleet("dagger: 0.18.19, engine: {registryMirrors: {docker.io: [m.example]}}, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ['fleets[0].engine.registryMirrors | {"docker.io":["m.example"]} | none with Dagger 0.18.19: mirrors need 0.19.0']],
  ["a cache larger than the disk can bear", fleet("nodes: {families: [m6id]}, engine: {cacheMaxGb: 400}, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ["fleets[0].engine.cacheMaxGb | 400 | at most 355, which is 75 % of the smallest disk, 474 GB"]],
  ["families without NVMe", fleet("nodes: {families: [m6i]}, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ['fleets[0].nodes | {"families":["m6i"],"categories":["c","m","r","i"]} | nodes with local NVMe of that architecture: no known instance type fits these settings together']],
  ["nodes that stay without NVMe", fleet("nodes: {mode: persistent, instanceType: m6i.2xlarge, count: 1}, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ['fleets[0].nodes.instanceType | "m6i.2xlarge" | nodes with local NVMe of that architecture: no known instance type fits these settings together; did you mean m6id.2xlarge?']],
  ["a drain longer than its node lives", fleet("engine: {drainTimeout: 7h}, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ['fleets[0].engine.drainTimeout | "7h" | at least ten minutes less than nodes.terminationGracePeriod, which is 7h']],
  ["a runner deployment without its controller", size("kind: runner-deployment, cpu: 2, memory: 8Gi, scaling: {mode: fixed, replicas: 1}"), ['fleets[0].runners[0].kind | "runner-deployment" | scale-set, or addons.summerwind: install (or existing)']],
  ["a scale set without its controller", `${size("cpu: 2, memory: 8Gi, max: 1")}\naddons: {arc: {mode: none}}`, ['fleets[0].runners[0].kind | "scale-set" | runner-deployment, while addons.arc.mode is none']],
  ["an autoscaler that never leaves 0", `${size("kind: runner-deployment, cpu: 2, memory: 8Gi, scaling: {max: 3}")}\naddons: {summerwind: install}`, ['fleets[0].runners[0].scaling | {"mode":"autoscaled","min":0,"max":3,"repositories":[]} | repositories whose queued jobs are counted, or a min of 1 or more: what counts busy runners never leaves 0']],
  ["a duration in words", fleet("nodes: {idleAfter: ten minutes}, runners: [{cpu: 2, memory: 8Gi, max: 1}]"), ['fleets[0].nodes.idleAfter | "ten minutes" | a duration such as 90s, 10m, 168h or 1h30m']],
];

test.each(BAD)("%s", (_title, yaml, expected) => {
  expect(problemsIn(yaml)).toEqual(expected);
});

test("all problems are told at once, each with its place, also where one rule reads what another found wrong", () => {
  const yaml = [
    "name: X",
    "region: eu-west-1",
    "github: {organization: acme, secret: s}",
    "network: {cidr: 10.87.0.0/16, nat: two}",
    "fleets:",
    "  - name: main",
    "    runners:",
    "      - {cpu: 2, memory: 8, max: 1}",
    "  - name: other",
    "    nodes: {vcpuLimit: 2}",
    "    runners: [{cpu: 2, memory: 8Gi, max: 1}]",
  ].join("\n");
  const message = failure(yaml).message;
  expect(message).toMatch(/^dagger-ci\.yaml: 5 problems, nothing was written\n/);
  const places = [...message.matchAll(/^dagger-ci\.yaml:(\d+:\d+) {2}(\S+)$/gm)].map(([, place, path]) => `${place} ${path}`);
  expect(places).toEqual([
    "1:7 name",
    "4:17 network.cidr",
    "4:36 network.nat",
    "8:26 fleets[0].runners[0].memory",
    "10:24 fleets[1].nodes.vcpuLimit",
  ]);
});
