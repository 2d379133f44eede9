/**
 * Changes of a configuration whose plans the tests of the review read. Each is what a person would write: the
 * configuration before, which is applied, and after, which is planned. Both follow the least configuration.
 */
const fleets = (...lines) => `fleets:\n${lines.map((line) => `  - ${line}\n`).join("")}`;
const runners = (...sizes) => `runners: [${sizes.map((cpu) => `{cpu: ${cpu}, memory: ${cpu * 4}Gi, max: 10}`).join(", ")}]`;
const main = (more = "", sizes = [2, 4]) => `{name: main, ${more}${runners(...sizes)}}`;
const cluster = (settings) => `cluster: {${settings}}\n`;

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
  // Terraform refuses this now (modules/contract/frozen.ts); the plan that is kept shows what a review says of such a one.
  "another VPC range": { refused: true, before: "", after: "network: {cidr: 10.20.0.0/16}\n" },
  "public endpoint": { before: "", after: cluster("endpoint: {publicCidrs: [203.0.113.0/24]}") },
  "public endpoint widened": {
    before: cluster("endpoint: {publicCidrs: [203.0.113.0/24]}"),
    after: cluster("endpoint: {publicCidrs: [203.0.113.16/28, 198.51.100.0/24]}"),
  },
  "protection off": { before: "", after: cluster("deletionProtection: false") },
  "more rights": { before: "", after: cluster("zonalShift: true, runnerNodes: {sessionManager: true}") },
  "secret renewed": { before: "", after: "secretRevision: 2\n" },
  "persistent nodes": {
    refused: true,
    before: fleets(main("nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 2}, ")),
    after: fleets(main("nodes: {mode: persistent, instanceType: m6id.8xlarge, count: 3}, ")),
  },
};

/** The whole text of a configuration. `secretRevision` belongs to a section of the least one. */
export function configuration(more) {
  const revision = /^secretRevision: (\d+)$/m.exec(more)?.[1] ?? "1";
  const rest = more.replace(/^secretRevision: .*\n/m, "");
  return `name: dagger-ci\nregion: eu-west-1\ngithub: {organization: acme, secret: dagger-ci/github, secretRevision: ${revision}}\n${rest}`;
}
