import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EVERYTHING, PROJECT, SCENARIOS } from "../scenarios";

const GUEST = `name: ci-guest
region: us-west-2
github: {organization: acme, secret: ci-guest/github}
network: {mode: existing, vpcId: vpc-0123456789abcdef0, privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}
cluster: {mode: existing, name: platform, addons: {vpc-cni: true}, supportNodes: {securityGroupId: sg-0123456789abcdef0}}
addons: {summerwind: install}
fleets: [{name: warm, seed: {publish: true}, nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 1}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]
`;
const KEY = "arn:aws:kms:eu-west-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
const KEYS = `name: ci-keys
region: eu-west-1
github: {organization: acme, secret: ci-keys/github}
delivery: {repository: acme/ci-infrastructure, secretsKmsKeyArns: ["${KEY}"]}
cluster: {kmsKeyArn: "${KEY.replace("0f1e", "1f1e")}", diskKmsKeyArn: "${KEY.replace("0f1e", "2f1e")}"}
seeds: {bucket: acme-seeds, kmsKeyArn: "${KEY.replace("0f1e", "4f1e")}"}
fleets:
  - {name: main, seed: {publish: true}, runners: [{cpu: 2, memory: 8Gi, max: 4}]}
  - {name: pr, seed: {from: main}, runners: [{cpu: 2, memory: 8Gi, max: 4}]}
`;
const ROLE = "arn:aws:iam::111122223333:role/platform/eks-node";
const ROLES = `name: ci-roles
region: eu-west-1
github: {organization: acme, secret: ci-roles/github}
cluster:
  iamPath: /platform/ci/
  kmsKeyArn: "${KEY.replace("0f1e", "1f1e")}"
  diskKmsKeyArn: "${KEY.replace("0f1e", "2f1e")}"
  runnerNodes: {roleArn: "${ROLE}", instanceProfile: eks-node}
fleets:
  - name: golden
    nodes: {ami: {ssmParameter: /golden/al2023}, rootDiskKmsKeyArn: "${KEY.replace("0f1e", "3f1e")}"}
    runners: [{cpu: 2, memory: 8Gi, max: 4}]
  - name: warm
    nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 1, ami: ami-0123456789abcdef0, roleArn: "${ROLE}-warm", zones: [eu-west-1a]}
    runners: [{cpu: 2, memory: 8Gi, max: 4}]
`;
const GUEST_ROLES = GUEST.replaceAll("ci-guest", "ci-guest-roles").replace("cluster: {", `cluster: {iamPath: /ci/, runnerNodes: {roleArn: "${ROLE}", instanceProfile: eks-node}, `).replace("count: 1", "count: 1, ami: ami-0123456789abcdef0");
const ROLE_OF = (name: string) => `"arn:aws:iam::111122223333:role/platform/${name}"`;
const ALL_ROLES = `name: ci-given
region: eu-west-1
github: {organization: acme, secret: ci-given/github}
network: {flowLogRoleArn: ${ROLE_OF("flow-logs")}}
cluster:
  roleArn: ${ROLE_OF("cluster")}
  kmsKeyArn: "${KEY.replace("0f1e", "1f1e")}"
  supportNodes: {roleArn: ${ROLE_OF("support")}}
  runnerNodes: {roleArn: "${ROLE}", instanceProfile: eks-node}
  addons: {vpc-cni: {roleArn: ${ROLE_OF("cni")}}, aws-ebs-csi-driver: {roleArn: ${ROLE_OF("ebs")}}}
addons: {karpenter: {roleArn: ${ROLE_OF("karpenter")}}}
`;
/** Every example, and configurations with what none of them has: their text by name. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries({ ...SCENARIOS, delivery: "examples/configurations/delivery.yaml" }).map(([name, file]) => [name, readFileSync(join(PROJECT, file), "utf8")])),
  everything: EVERYTHING,
  "a guest with all that a guest can have": GUEST,
  "keys of the account's own": KEYS,
  "a path, and roles that exist": ROLES,
  "a guest with a path, and a role that exists": GUEST_ROLES,
  "every role exists": ALL_ROLES,
};
