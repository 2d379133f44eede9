/** The way out of a VPC without NAT. */
const PROXY = "proxy: {https: 'http://proxy.acme.example:3128'}\nimages: {mirror: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror}\n";
/** A runner size whose name in `runs-on` is its own. */
const small = (name, fleet = "main", more = "") => fleets(`{name: ${fleet}, ${more}runners: [{name: ${name}, runsOn: ci-small, cpu: 2, memory: 8Gi, max: 10}]}`);
const EXISTING_VPC = "network: {mode: existing, vpcId: vpc-0123456789abcdef0, privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}\n";
const EXISTING_CLUSTER = `${EXISTING_VPC}cluster: {mode: existing, name: platform}\n`;
const KEY = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555";

const fleets = (...lines) => `fleets:\n${lines.map((line) => `  - ${line}\n`).join("")}`;
const runners = (...sizes) => `runners: [${sizes.map((cpu) => `{cpu: ${cpu}, memory: ${cpu * 4}Gi, max: 10}`).join(", ")}]`;
const summerwind = (more) => fleets(`{name: main, runners: [{name: old, cpu: 4, memory: 16Gi, ${more}}]}`);
const main = (more = "", sizes = [2, 4]) => `{name: main, ${more}${runners(...sizes)}}`;
const cluster = (settings) => `cluster: {${settings}}\n`;

const SEEDED = fleets(main("seed: {publish: true}, ", [2]));

/**
 * Changes of a configuration whose plans the tests of the review read. Each is what a person would write: the
 * configuration before, which is applied, and after, which is planned. Both follow the least configuration. `drift` is
 * what the stand-ins find instead of what was applied (`set` may be a function of that), `values` what they answer. `refused` plans fail: that is what is
 * kept of them.
 */
export const CASES = {
  // Nothing was applied yet: all but the first stack wait.
  "first deploy": { after: "" },
  "no change": { before: "", after: "" },
  "kubernetes upgrade": { before: 'versions: {kubernetes: "1.34"}\n', after: "" },
  "engine upgraded in place": {
    before: fleets(main("dagger: 0.21.8, ")),
    after: fleets(main("dagger: 0.21.9, ")),
  },
  "engine upgraded by a new fleet": {
    before: fleets(main("dagger: 0.21.8, ")),
    after: fleets(main("dagger: 0.21.8, "), `{name: next, dagger: 0.21.9, ${runners(2)}}`),
  },
  "engine setting": {
    before: fleets(main()),
    after: fleets(main("engine: {logLevel: debug, drainTimeout: 30m}, ")),
  },
  "nodes that roll": {
    before: fleets(main()),
    after: `tags: {team: ci}\n${fleets(main("nodes: {rootDiskGb: 50, expireAfter: 72h}, "))}`,
  },
  "nodes that stay": {
    before: fleets(main()),
    after: fleets(main("nodes: {idleAfter: 30m, vcpuLimit: 512, vcpu: {max: 64}}, ")),
  },
  "runner sizes": { before: fleets(main("", [2, 4])), after: fleets(main("", [2, 8])) },
  "one zone more": { before: "network: {availabilityZones: 2}\n", after: "network: {availabilityZones: 3}\n" },
  "another VPC range": { refused: true, before: "", after: "network: {cidr: 10.20.0.0/16}\n" },
  "public endpoint": { before: "", after: cluster("endpoint: {publicCidrs: [203.0.113.0/24]}") },
  "public endpoint widened": {
    before: cluster("endpoint: {publicCidrs: [203.0.113.0/24]}"),
    after: cluster("endpoint: {publicCidrs: [203.0.113.16/28, 198.51.100.0/24]}"),
  },
  "protection off": { before: "", after: cluster("deletionProtection: false") },
  "more rights": { before: "", after: cluster("zonalShift: true, runnerNodes: {sessionManager: true}") },
  "secret renewed": { before: "", after: "secretRevision: 2\n" },
  "secret from elsewhere": { before: "", after: "secret: teams/github\n" },
  "another organisation": { before: "", after: "organization: acme-labs\n" },
  "watched no more": { before: "addons: {metrics: true}\n", after: "" },
  "boundary gone": { before: cluster('permissionsBoundary: "arn:aws:iam::111122223333:policy/bound"'), after: "" },
  "extended support": { before: "", after: cluster("supportType: EXTENDED") },
  // RunnerDeployments, and then scale sets under the same names in runs-on.
  "summerwind off": { before: `addons: {summerwind: install}\n${summerwind("kind: runner-deployment, scaling: {min: 1, max: 10}")}`, after: summerwind("max: 10") },
  "autoscaled to persistent": { before: fleets(main()), after: fleets(main("nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 2}, ")) },
  "cut shorter": {
    before: fleets(main()),
    after: fleets(main("nodes: {terminationGracePeriod: 90m}, engine: {cacheMaxGb: 100, insecureRootCapabilities: false}, ")),
  },
  "more who get in": {
    before: "",
    after: cluster('zonalShift: true, viewers: ["arn:aws:iam::111122223333:role/dev"], addons: {aws-ebs-csi-driver: false}'),
  },
  "jobs get a role": {
    before: fleets(main("", [2])),
    after: fleets(
      '{name: main, runners: [{cpu: 2, memory: 8Gi, max: 10, serviceAccount: {roleArn: "arn:aws:iam::111122223333:role/ci"}, secretEnvironment: {APP: {secret: ci/app, key: github_app_id}}}]}',
    ),
  },
  "other pods": {
    before: fleets(
      "{name: main, runners: [{cpu: 2, memory: 8Gi, max: 10, limits: {memory: 16Gi}, volumes: [{type: secret, name: old, source: old-tokens, mountPath: /old}], docker: true}]}",
    ),
    after: fleets(
      "{name: main, runners: [{cpu: 2, memory: 8Gi, max: 10, limits: {cpu: 4, memory: 8Gi}, volumes: [{type: configMap, name: settings, source: ci-settings, mountPath: /settings}], podTemplate: {metadata: {labels: {team: ci}}, spec: {dnsConfig: {options: [{name: ndots, value: '1'}]}}}}]}",
    ),
  },
  "other pods of deployments": {
    before: `addons: {summerwind: install}\n${summerwind("kind: runner-deployment, scaling: {min: 1, max: 10}, limits: {memory: 16Gi}, volumes: [{type: configMap, name: settings, source: ci-settings, mountPath: /settings}]")}`,
    after: `addons: {summerwind: install}\n${summerwind("kind: runner-deployment, scaling: {min: 1, max: 10}, podTemplate: {spec: {dnsPolicy: Default}}")}`,
  },
  // Two organisations in one cluster: one fleet goes over to another, and another changes its App.
  "a fleet of another organisation": {
    before: fleets(main(), `{name: labs, github: {organization: acme-labs, secret: labs/github}, ${runners(2)}}`),
    after: fleets(
      main("github: {organization: acme-tools, secret: tools/github}, "),
      `{name: labs, github: {organization: acme-labs, secret: labs/app, secretRevision: 2}, ${runners(2)}}`,
    ),
  },
  "a fleet of a second organisation": {
    before: fleets(main()),
    after: fleets(main(), `{name: labs, github: {organization: acme-labs, secret: labs/github}, ${runners(2)}}`),
  },
  "persistent nodes": {
    refused: true,
    before: fleets(main("nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 2}, ")),
    after: fleets(main("nodes: {mode: persistent, instanceType: m6id.8xlarge, count: 3}, ")),
  },
  "persistent nodes fewer": {
    before: fleets(main("nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 2}, ")),
    after: `tags: {team: ci}\n${fleets(main("nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 1}, "))}`,
  },
  "fleet renamed": { before: fleets(main()), after: fleets(`{name: primary, ${runners(2, 4)}}`) },
  architecture: { before: fleets(main()), after: fleets(main("nodes: {architecture: arm64}, ")) },
  spot: { before: fleets(main()), after: fleets(main("nodes: {capacityTypes: [on-demand, spot]}, ")) },
  "another AMI": { before: fleets(main()), after: `versions: {ami: al2023@v20261015}\n${fleets(main())}` },
  "cost bounds": {
    before: fleets(main()),
    after: fleets(`{name: main, nodes: {vcpuLimit: 1024, idleAfter: 1m}, runners: [{cpu: 2, memory: 8Gi, max: 40, min: 1}, {cpu: 4, memory: 16Gi, max: 5}]}`),
  },
  "namespace changed": { before: fleets(main()), after: fleets(main("namespace: other, ")) },
  "order of sizes": { before: fleets(main()), after: fleets(main("", [4, 2])) },
  "size renamed": { before: small("small"), after: small("little") },
  "runs-on moved": { before: small("small"), after: small("small", "next") },
  "no NAT": { before: PROXY, after: `network: {nat: none}\n${PROXY}` },
  "NAT in each zone": { before: "", after: "network: {nat: per-az}\n" },
  // AWS says which subnets stand: three of each kind.
  "fewer zones": { refused: true, values: { "data.aws_subnets": { ids: Array.from({ length: 9 }, (_, i) => `subnet-${i}`) } }, before: "", after: "network: {availabilityZones: 2}\n" },
  "VPC left": { refused: true, before: "", after: EXISTING_VPC },
  "evidence": { before: "", after: "network: {flowLogs: none}\ncluster: {logRetentionDays: 7, logTypes: [audit]}\n" },
  "another service range": { refused: true, before: "", after: "network: {cidr: 10.0.0.0/16}\ncluster: {serviceCidr: 10.100.0.0/16}\n" },
  "another key": { refused: true, before: "", after: cluster(`kmsKeyArn: "${KEY}"`) },
  "locked out": {
    before: cluster('endpoint: {publicCidrs: [203.0.113.0/24]}, admins: ["arn:aws:iam::111122223333:role/platform"]'),
    after: "",
  },
  "kubernetes by two": { before: 'versions: {kubernetes: "1.34"}\n', after: 'versions: {kubernetes: "1.36"}\n' },
  "karpenter upgraded": { before: "versions: {karpenter: 1.13.0}\n", after: "" },
  "ARC upgraded": { refused: true, before: "versions: {arc: 0.13.1}\n", after: "" },
  "karpenter handed over": { before: EXISTING_CLUSTER, after: `${EXISTING_CLUSTER}addons: {karpenter: {mode: existing}}\n` },
  "ARC handed over": {
    before: EXISTING_CLUSTER,
    after: `${EXISTING_CLUSTER}addons: {arc: {mode: existing, namespace: arc-systems, serviceAccount: arc-controller, version: 0.14.2}}\n`,
  },
  // What every role gets, and what an installation gets that goes over to workflows.
  "permissions boundary": { before: "", after: cluster('permissionsBoundary: "arn:aws:iam::111122223333:policy/bound"') },
  "support nodes": { before: "", after: cluster("supportNodes: {instanceTypes: [m7i.large]}") },
  "chart mirror": { before: "", after: "charts: {mirror: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror}\n" },
  "seeds begin": { before: fleets(main("", [2])), after: SEEDED },
  "seeds end": { before: SEEDED, after: fleets(main("", [2])) },
  "seeds kept otherwise": { before: SEEDED, after: `seeds: {kmsKeyArn: "${KEY}", expireAfterDays: 90}\n${SEEDED}` },
  "seeds become useless": { before: SEEDED, after: fleets(main("dagger: 0.21.8, nodes: {architecture: arm64}, seed: {publish: true}, ", [2])) },
  // What was done by hand, and what AWS moves by itself.
  "done by hand": {
    before: "",
    after: "",
    drift: [
      { type: "helm_release", match: { chart: "dagger-helm" }, gone: true },
      { type: "aws_eks_cluster", match: {}, set: ({ vpc_config: [is] }) => ({ vpc_config: [{ ...is, endpoint_public_access: true, public_access_cidrs: ["0.0.0.0/0"] }] }) },
    ],
  },
  "moved by AWS": {
    before: "",
    after: "",
    drift: [
      { type: "aws_eks_cluster", match: {}, set: { platform_version: "eks.99" } },
      { type: "aws_eks_node_group", match: {}, set: { release_version: "1.36.9-20991231" } },
    ],
  },
};

/** Between them they use every type of resource that a case uses: by them the stand-ins learn what they must know. */
export const SAMPLES = [
  "",
  fleets('{name: main, runners: [{cpu: 2, memory: 8Gi, max: 10, serviceAccount: {roleArn: "arn:aws:iam::111122223333:role/ci"}}]}'),
  EXISTING_CLUSTER,
  SEEDED,
  `network: {nat: none}\n${PROXY}${cluster('admins: ["arn:aws:iam::111122223333:role/platform"]')}addons: {summerwind: install, metrics: true}\n${fleets(main(), `{name: warm, nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 2}, ${runners(2)}}`)}`,
];

/** The whole text of a configuration. What belongs to the section `github` of the least one is set as a line of its own. */
export function configuration(more) {
  const github = { organization: "acme", secret: "dagger-ci/github", secretRevision: "1" };
  const rest = more.replace(/^(organization|secret|secretRevision): (.*)\n/gm, (_all, setting, value) => ((github[setting] = value), ""));
  const settings = Object.entries(github).map((setting) => setting.join(": "));
  return `name: dagger-ci\nregion: eu-west-1\ngithub: {${settings.join(", ")}}\n${rest}`;
}
