import { parseConfig } from "../../../modules/load-config";
import { problemsIn } from "../../support/problems";
import { minimal } from "../../support/project";

/** Settings whose form is right and whose meaning is not, and what a person then reads: `path | received | allowed`. */
const REFUSED: [string, string, string[]][] = [
  ["a day that is none", minimal("versions: {runnerImageDate: 2026-02-30}"), [
    "versions.runnerImageDate | \"2026-02-30\" | a day of the calendar such as 2026-10-08",
  ]],
  ["an AMI of a day that is none", minimal("versions: {ami: al2023@v20261331}"), [
    "versions.ami | \"al2023@v20261331\" | an alias such as al2023@v20260724",
  ]],
  ["a cron line in words", minimal("fleets: [{name: main, nodes: {workingHours: {schedule: every day at nine oclock, duration: 12h}}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].nodes.workingHours.schedule | \"every day at nine oclock\" | a cron line of five fields in UTC (minute, hour, day, month, day of the week from 0 to 6), such as 0 7 * * mon-fri, or @daily",
  ]],
  ["an hour of 25", minimal("fleets: [{name: main, nodes: {workingHours: {schedule: \"0 25 * * *\", duration: 12h}}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].nodes.workingHours.schedule | \"0 25 * * *\" | a cron line of five fields in UTC (minute, hour, day, month, day of the week from 0 to 6), such as 0 7 * * mon-fri, or @daily",
  ]],
  ["a Sunday of 7, which robfig/cron does not know", minimal("fleets: [{name: main, nodes: {workingHours: {schedule: \"0 7 * * 7\", duration: 12h}}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].nodes.workingHours.schedule | \"0 7 * * 7\" | a cron line of five fields in UTC (minute, hour, day, month, day of the week from 0 to 6), such as 0 7 * * mon-fri, or @daily",
  ]],
  ["a range that turns round", minimal("fleets: [{name: main, nodes: {workingHours: {schedule: \"0 7 * * fri-mon\", duration: 12h}}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].nodes.workingHours.schedule | \"0 7 * * fri-mon\" | a cron line of five fields in UTC (minute, hour, day, month, day of the week from 0 to 6), such as 0 7 * * mon-fri, or @daily",
  ]],
  ["seconds in a budget's duration", minimal("fleets: [{name: main, nodes: {workingHours: {schedule: \"0 7 * * mon-fri\", duration: 90s}}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].nodes.workingHours.duration | \"90s\" | a duration of hours and minutes such as 12h or 8h30m",
  ]],
  ["a duration longer than Go can count", minimal("fleets: [{name: main, nodes: {idleAfter: 99999999h}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].nodes.idleAfter | \"99999999h\" | a duration such as 90s, 10m, 168h or 1h30m",
  ]],
  ["a key of another region", minimal("cluster: {kmsKeyArn: arn:aws:kms:us-east-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0}"), [
    "cluster.kmsKeyArn | \"arn:aws:kms:us-east-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0\" | an ARN of the region eu-west-1",
  ]],
  ["an alias of a key", minimal("cluster: {kmsKeyArn: arn:aws:kms:eu-west-1:111122223333:alias/k}"), [
    "cluster.kmsKeyArn | \"arn:aws:kms:eu-west-1:111122223333:alias/k\" | the ARN of a KMS key, such as arn:aws:kms:eu-west-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
  ]],
  ["a session of a role as admin", minimal("cluster: {admins: [\"arn:aws:sts::111122223333:assumed-role/Platform/alice\"]}"), [
    "cluster.admins[0] | \"arn:aws:sts::111122223333:assumed-role/Platform/alice\" | the ARN of an IAM role or user, such as arn:aws:iam::111122223333:role/PlatformAdmin",
  ]],
  ["a role of China in Europe", minimal("cluster: {admins: [\"arn:aws-cn:iam::111122223333:role/P\"]}"), [
    "cluster.admins[0] | \"arn:aws-cn:iam::111122223333:role/P\" | an ARN of the partition aws, in which eu-west-1 is: arn:aws:…",
  ]],
  ["an id of a length that AWS never had", minimal("network: {mode: existing, vpcId: vpc-0123456789a, privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}"), [
    "network.vpcId | \"vpc-0123456789a\" | a VPC id such as vpc-0123456789abcdef0",
  ]],
  ["days that CloudWatch does not know", minimal("network: {flowLogRetentionDays: 45}"), [
    "network.flowLogRetentionDays | 45 | a number of days that CloudWatch knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
  ]],
  ["a bucket with two dots in a row", minimal("state: {type: s3, bucket: acme..states}"), [
    "state.bucket | \"acme..states\" | an S3 bucket name: 3 to 63 lower-case letters, digits, hyphens and dots, no two dots in a row, no address",
  ]],
  ["a password of the states' server", minimal("state: {type: http, address: \"https://ci:hunter2@states.acme.example/x\", username: ci, password: hunter2, lockAddress: y}"), [
    "state.address | \"https://ci:***@states.acme.example/x\" | the address without user and password, which would be in this file, in plans and in states: TF_HTTP_USERNAME and TF_HTTP_PASSWORD have them",
    "state.username | \"ci\" | nothing: credentials of the states' place come from the environment, whose variables docs/settings.md names, never from this file",
    "state.password | *** | nothing: credentials of the states' place come from the environment, whose variables docs/settings.md names, never from this file",
    "state.lockAddress | \"y\" | lockPath: what comes after each state's own address",
  ]],
  ["states that travel in clear", minimal("state: {type: http, address: \"http://states.acme.example/x\"}"), [
    "state.address | \"http://states.acme.example/x\" | an https:// address without a slash at its end and without a query, such as https://gitlab.acme.example/api/v4/projects/42/terraform/state",
  ]],
  ["an address with a slash at its end", minimal("state: {type: http, address: \"https://states.acme.example/x/\"}"), [
    "state.address | \"https://states.acme.example/x/\" | an https:// address without a slash at its end and without a query, such as https://gitlab.acme.example/api/v4/projects/42/terraform/state",
  ]],
  ["workspaces by tags, and a token", minimal("state: {type: cloud, organization: acme, tags: [ci], token: abc.atlasv1.def}"), [
    "state.tags | [\"ci\"] | workspacePrefix: each stack has a workspace of its own by its name, which is what other stacks read it by",
    "state.token | *** | nothing: credentials of the states' place come from the environment, whose variables docs/settings.md names, never from this file",
  ]],
  ["names that other clouds do not take", minimal("state: {type: azurerm, storageAccount: acme-states, container: Terraform}"), [
    "state.storageAccount | \"acme-states\" | the name of a storage account: 3 to 24 lower-case letters and digits",
    "state.container | \"Terraform\" | the name of a container: 3 to 63 lower-case letters, digits and single inner hyphens",
  ]],
  ["a bucket of Google's, and a key that is none", minimal("state: {type: gcs, bucket: google-states, kmsKey: dagger}"), [
    "state.bucket | \"google-states\" | a Cloud Storage bucket name: 3 to 222 lower-case letters, digits, hyphens, dots and underscores, not beginning with goog",
    "state.kmsKey | \"dagger\" | the name of a Cloud KMS key, such as projects/acme/locations/europe-west1/keyRings/states/cryptoKeys/dagger",
  ]],
  ["a Terraform Enterprise by its URL", minimal("state: {type: cloud, organization: acme, hostname: \"https://terraform.acme.example\"}"), [
    "state.hostname | \"https://terraform.acme.example\" | the host of a Terraform Enterprise, such as terraform.acme.example",
  ]],
  ["states outside the project", minimal("state: {directory: ../../states}"), [
    "state.directory | \"../../states\" | a relative path inside the project, such as .terraform-state",
  ]],
  ["tags that others set", minimal("tags: {\"kubernetes.io/cluster/ci\": owned, \"aws:owner\": me, Name: n, Owner: a, owner: b, cost: 5}"), [
    "tags.kubernetes.io/cluster/ci | \"kubernetes.io/cluster/ci\" | another key: Karpenter sets this one itself, and refuses it from others",
    "tags.aws:owner | \"aws:owner\" | a key that does not begin with aws:, which AWS keeps for itself",
    "tags.Name | \"Name\" | another key: the stacks set this one on what they make",
    "tags.cost | 5 | text of at most 256 letters, digits, spaces and _ . : / = + - @, in quotes",
  ]],
  ["an organisation of 40 characters", minimal("").replace("acme", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), [
    "github.organization | \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" | a GitHub organisation, such as acme: its name, without https://",
  ]],
  ["a repository's owner that begins with a hyphen", minimal("").replace("organization: acme", "repository: -acme/api"), [
    "github.repository | \"-acme/api\" | owner/name of a GitHub repository, such as acme/api",
  ]],
  ["a branch by its full ref", minimal("state: {type: s3, bucket: acme-states}\ndelivery: {repository: acme/ci, branch: refs/heads/main}"), [
    "delivery.branch | \"refs/heads/main\" | the name of one branch, such as main, without refs/heads/ and wildcards",
  ]],
  ["every branch", minimal("state: {type: s3, bucket: acme-states}\ndelivery: {repository: acme/ci, branch: \"*\"}"), [
    "delivery.branch | \"*\" | the name of one branch, such as main, without refs/heads/ and wildcards",
  ]],
  ["a repository with .git", minimal("state: {type: s3, bucket: acme-states}\ndelivery: {repository: acme/ci.git}"), [
    "delivery.repository | \"acme/ci.git\" | owner/name of a GitHub repository, such as acme/ci-infrastructure; with ids, as newer repositories' tokens have them: acme@1234567/ci@7654321",
  ]],
  ["a label with a comma", minimal("addons: {summerwind: install}\nfleets: [{name: main, runners: [{kind: runner-deployment, cpu: 2, memory: 8Gi, scaling: {max: 3, repositories: [api]}, labels: [\"a, b\"]}]}]"), [
    "fleets[0].runners[0].labels[0] | \"a, b\" | a label without spaces and commas, such as dagger-runner",
  ]],
  ["a port over 65535", minimal("images: {mirror: \"mirror.example:99999\"}"), [
    "images.mirror | \"mirror.example:99999\" | a registry such as registry.acme.example:5000/mirror: host, port and path in lower case, without oci:// or https://",
  ]],
  ["a mirror with a scheme", minimal("charts: {mirror: \"oci://mirror.example\"}"), [
    "charts.mirror | \"oci://mirror.example\" | a registry such as registry.acme.example:5000/mirror: host, port and path in lower case, without oci:// or https://",
  ]],
  ["a host of hyphens and dots", minimal("images: {mirror: \"-.-..\"}"), [
    "images.mirror | \"-.-..\" | a registry such as registry.acme.example:5000/mirror: host, port and path in lower case, without oci:// or https://",
  ]],
  ["an image with a scheme", minimal("versions: {runnerImage: \"https://ghcr.io/actions/actions-runner:2.338.0\"}"), [
    "versions.runnerImage | \"https://ghcr.io/actions/actions-runner:2.338.0\" | an image such as ghcr.io/actions/actions-runner:2.338.0, without https:// and spaces",
  ]],
  ["a proxy without a scheme", minimal("proxy: {https: \"proxy.example:3128\"}"), [
    "proxy.https | \"proxy.example:3128\" | the URL of a proxy, such as http://proxy.example:3128",
  ]],
  ["a proxy with its password", minimal("proxy: {https: \"http://ci:hunter2@proxy.example:3128\"}"), [
    "proxy.https | \"http://ci:***@proxy.example:3128\" | the URL without user and password, which would be in state, plans and pods: put them into a secret and name it in proxy.secret",
  ]],
  ["a proxy of nothing", minimal("proxy: {noProxy: [.example]}"), [
    "proxy | {\"noProxy\":[\".example\"],\"secretRevision\":1} | http or https, or both: the URL of a proxy for each",
  ]],
  ["a certificate that is none", minimal("").replace("acme,", "acme, server: {url: https://ghe.example, certificate: \"-----BEGIN CERTIFICATE-----\\nhello\\n-----END CERTIFICATE-----\"},"), [
    "github.server.certificate | \"-----BEGIN CERTIFICATE-----\\nhello\\n-----END CERTIFICATE-----\" | a certificate in PEM form, its text and no path (-----BEGIN CERTIFICATE-----, …)",
  ]],
  ["a private key for a certificate", minimal("").replace("acme,", "acme, server: {url: https://ghe.example, certificate: \"-----BEGIN PRIVATE\\x20KEY-----\\nMIIB\"},"), [
    "github.server.certificate | a private key | the certificate, never a private key: take the key out of this file, and out of its history",
  ]],
  ["a label key with a space", minimal("network: {mode: existing, vpcId: vpc-0123456789abcdef0, privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}\ncluster: {mode: existing, name: platform, supportNodes: {nodeSelector: {\"node role\": system}}}"), [
    "cluster.supportNodes.nodeSelector.node role | \"node role\" | a Kubernetes label key such as node-role or acme.example/role: letters, digits, - _ and ., at most 63 after the slash",
  ]],
  ["a value for a taint that must only exist", minimal("network: {mode: existing, vpcId: vpc-0123456789abcdef0, privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}\ncluster: {mode: existing, name: platform, supportNodes: {tolerations: [{key: role, operator: Exists, value: x}]}}"), [
    "cluster.supportNodes.tolerations[0].value | \"x\" | nothing, or operator: Equal, which compares values",
  ]],
  ["a number for a version", minimal("versions: {kubernetes: 1.35}"), [
    "versions.kubernetes | 1.35 | one of 1.34, 1.35, 1.36, in quotes",
  ]],
  ["a number whose end YAML drops", minimal("versions: {kubernetes: 1.30}"), [
    "versions.kubernetes | 1.30 | one of 1.34, 1.35, 1.36",
  ]],
  ["a number for a name", minimal("").replace("name: dagger-ci", "name: 2026"), [
    "name | 2026 | lower-case letters, digits and inner hyphens, at most 32 characters, in quotes",
  ]],
  ["an engine's CPU as text", minimal("fleets: [{name: main, engine: {cpu: \"2\"}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].engine.cpu | \"2\" | a number of cores, without quotes",
  ]],
  ["thousandths of a core", minimal("fleets: [{name: main, runners: [{cpu: 500m, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].runners[0].cpu | \"500m\" | a number of cores such as 2 or 0.5, from 0.1 to 192, in steps of a tenth",
  ]],
  ["hundredths of a core", minimal("fleets: [{name: main, engine: {cpu: 0.25}, runners: [{cpu: 0.05, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].engine.cpu | 0.25 | a number of cores such as 2 or 0.5, from 0.1 to 192, in steps of a tenth",
    "fleets[0].runners[0].cpu | 0.05 | a number of cores such as 2 or 0.5, from 0.1 to 192, in steps of a tenth",
  ]],
  ["a mistyped setting, and a limit that is too low beside it", minimal("fleets: [{name: main, nodes: {idelAfter: 10m, vcpuLimit: 2}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].nodes.idelAfter | \"10m\" | no such setting here; did you mean idleAfter?",
    "fleets[0].nodes.vcpuLimit | 2 | at least one node, so 8 or more: the smallest that holds a runner 2c-8g is m6id.2xlarge",
  ]],
  ["a mistyped value", minimal("fleets: [{name: main, runners: [{kind: scaleset, cpu: 2, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].runners[0].kind | \"scaleset\" | one of scale-set, runner-deployment; did you mean scale-set?",
  ]],
  ["one size that is wrong, and another that no node can hold", minimal("fleets: [{name: main, runners: [{cpu: two, memory: 8Gi, max: 1}, {cpu: 31, memory: 8Gi, max: 1}]}]"), [
    "fleets[0].runners[0].cpu | \"two\" | a number of cores such as 2 or 0.5, from 0.1 to 192, in steps of a tenth",
    "fleets[0].runners[1].cpu | 31 | what one node has left beside its engine and DaemonSets: 29.7 CPU, 48.3 GiB of memory and 818.9 GB of disk on c5ad.8xlarge, the nearest type",
  ]],
  ["fleets as a map", minimal("fleets: {main: {runners: []}}"), [
    "fleets | {\"main\":{\"runners\":[]}} | a list",
  ]],
  ["fleets of nothing", minimal("fleets: null"), [
    "fleets | null | a list",
  ]],
];

test.each(REFUSED)("%s is refused", (_title, yaml, expected) => {
  expect(problemsIn(yaml)).toEqual(expected);
});

const inFleet = (body: string) => minimal(`fleets: [{name: main, ${body}}]`);
const SIZE = "runners: [{cpu: 2, memory: 8Gi, max: 1}]";

/** What looks odd and is right. */
test.each([
  ["a region of the sovereign cloud", minimal().replace("eu-west-1", "eusc-de-east-1")],
  ["a prefix of one letter", minimal("state: {type: s3, bucket: acme-states, prefix: c}")],
  ["a managed user as owner", minimal().replace("organization: acme", "repository: octocat_acme/api")],
  ["another account's secret", minimal().replace("dagger-ci/github", "'arn:aws:secretsmanager:eu-west-1:111122223333:secret:ci/github-AbCdEf'")],
  ["an environment with a space", minimal("state: {type: s3, bucket: acme-states}\ndelivery: {repository: acme/ci, environment: Production EU}")],
  ["nodes that never expire", inFleet(`nodes: {expireAfter: Never}, ${SIZE}`)],
  ["a word for a schedule", inFleet(`nodes: {workingHours: {schedule: "@daily", duration: 12h}}, ${SIZE}`)],
  ["lists, steps and names in a schedule", inFleet(`nodes: {workingHours: {schedule: "*/15 7-9,13 1 JAN,mar mon-fri", duration: 8h30m}}, ${SIZE}`)],
  ["a VPC of a /22", minimal("network: {cidr: 10.0.0.0/22}")],
  ["decimal bytes", inFleet("runners: [{cpu: 2, memory: 8G, max: 1}]")],
  ["CPU in quotes, as in the guide", inFleet('runners: [{cpu: "2", memory: 8Gi, max: 1}]')],
  ["a repository with ids", minimal("state: {type: s3, bucket: acme-states}\ndelivery: {repository: acme@1234567/ci@7654321}")],
  ["a mirror with port and path", minimal("images: {mirror: 'registry.acme.example:5000/mirror'}")],
])("%s is accepted", (_title, yaml) => {
  expect(() => parseConfig(yaml)).not.toThrow();
});

test("CPU in quotes and decimal bytes mean what they say", () => {
  const [runner] = parseConfig(inFleet('runners: [{cpu: "2", memory: 8G, max: 1}]')).fleets[0]!.runners;
  expect(runner).toMatchObject({ cpu: 2, memory: "8G", name: "2c-8g" });
});
