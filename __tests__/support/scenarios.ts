import { resolve } from "node:path";

export const PROJECT = resolve(__dirname, "../..");

/** The configurations that the project promises to work for; files that a user may start from. */
export const SCENARIOS = {
  defaults: "examples/configurations/default.yaml",
  "private without NAT": "examples/configurations/private.yaml",
  "existing VPC": "examples/configurations/existing-vpc.yaml",
  "existing VPC and cluster": "examples/configurations/existing-cluster.yaml",
  "both kinds of ARC, from mirrors": "examples/configurations/both-kinds.yaml",
  "the guide's own values": "examples/configurations/guide.yaml",
  "three fleets": "examples/configurations/three-fleets.yaml",
  "caches that outlive nodes": "examples/configurations/seeds.yaml",
  "runners kept warm": "examples/configurations/warm.yaml",
} as const;
export type Scenario = keyof typeof SCENARIOS;
export const scenarioNames = Object.keys(SCENARIOS) as Scenario[];

/** Settings that no example has, so that with the examples every kind of resource and argument is written. */
export const EVERYTHING = `name: ci-team
region: eu-west-1
account: "111122223333"
state: {type: s3, bucket: acme-terraform-states, kmsKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"}
delivery: {repository: acme/ci-infrastructure}
tags: {team: platform, cost-center: "42"}
github: {organization: acme, secret: ci-team/github}
daggerCloud: {secret: ci-team/dagger-cloud}
telemetry: {endpoint: "http://otel-collector.monitoring:4318", secret: ci-team/collector}
network: {nat: none, flowLogs: all, availabilityZones: 3}
proxy: {https: http://proxy.acme.example:3128, secret: ci-team/proxy}
images: {mirror: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror, credentials: {registry.acme.example: ci-team/registry}}
cluster:
  admins: ["arn:aws:iam::111122223333:role/platform"]
  viewers: ["arn:aws:iam::111122223333:role/dev"]
  zonalShift: true
  spotServiceLinkedRole: true
  runnerNodes: {sessionManager: true}
addons: {summerwind: install, prometheus: {mode: install, volumeGb: 50}}
fleets:
  - name: main
    nodes: {capacityTypes: [spot, on-demand]}
    seed: {from: warm}
    runners:
      - {cpu: 2, memory: 8Gi, max: 4}
      - cpu: 2
        memory: 8Gi
        name: deploys
        max: 2
        serviceAccount: {roleArn: "arn:aws:iam::111122223333:role/deployer"}
        secretEnvironment: {NPM_TOKEN: {secret: ci-team/npm, key: token}}
  - name: warm
    nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 2, releaseVersion: 1.35.0-20260930}
    seed: {publish: true}
    runners: [{cpu: 4, memory: 16Gi, min: 1, max: 4}]
`;
