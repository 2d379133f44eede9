import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isAutoscaled, type AutoscaledFleet } from "../../modules/config/fleet";
import { parseConfig } from "../../modules/load-config";
import type { Config } from "../../modules/config/schema";
import { placement } from "../../modules/placement/placement";
import { versions } from "../../modules/facts/versions";
import { apply, list, remove, untaint, type KubernetesObject } from "./cluster";
import { COMBINATIONS, type Combination } from "./combinations";
import { isTrue } from "../cluster/objects";
import { giveFigures } from "../report/figures";
import { FLEET_LABEL, ofCluster, ofFleet, pool, ROLE_LABEL, type Account } from "./manifests";

/**
 * Asks the real Karpenter and the real scheduler what `npm run placement` only reckons. For each combination of fleet and
 * size there are more runners than the fleet's limit lets run, so that in the end every node is full. Of each node
 * that Karpenter bought, two numbers are written down: the runners that Karpenter planned on it when it bought it
 * (pods in its NodeClaim's requests, without engine and agents), and the runners that run on it in the end.
 *
 *   prove ACCOUNT_JSON OUTPUT
 */
interface Fleet {
  readonly combination: Combination;
  readonly config: Config;
  readonly fleet: AutoscaledFleet;
  readonly runners: number;
}

interface ObservedNode {
  readonly type: string;
  readonly planned: number;
  readonly running: number;
  /** Set where it was not bought on demand. */
  readonly capacityType?: string;
}

/** AMI that the emulated account has. */
const AMI = "al2023@v20260724";
/** How many fleets at once: Karpenter looks at every waiting pod again each ten seconds. */
const BATCH = 10;
const AGENTS_AND_ENGINE = 4;
/** Nothing new for so long means that nothing more comes: Karpenter waits ten seconds for more pods at most. */
const QUIET_SECONDS = 25;
const PATIENCE_SECONDS = 420;
const TYPE_LABEL = "node.kubernetes.io/instance-type";
const CAPACITY_LABEL = "karpenter.sh/capacity-type";
const POOL_LABEL = "karpenter.sh/nodepool";

function fleetOf(combination: Combination, i: number): Fleet {
  const name = `p${i}`;
  const config = parseConfig(
    JSON.stringify({
      name: "proof",
      region: "eu-west-1",
      github: { organization: "proof", secret: "proof" },
      versions: { ami: AMI },
      ...(combination.cluster ? { cluster: combination.cluster } : {}),
      fleets: [{ ...combination.fleet, name }],
    }),
    combination.title,
  );
  const [fleet] = config.fleets;
  if (!fleet || !isAutoscaled(fleet)) throw new Error(`${combination.title}: not a fleet that Karpenter serves`);
  const most = placement(fleet).sizes[0]!.mostPerEngine;
  const nodes = Math.floor(fleet.nodes.vcpuLimit / fleet.nodes.vcpu.min);
  return { combination, config, fleet, runners: nodes * most + 5 };
}

const stateOf = (claims: readonly KubernetesObject[], pods: readonly KubernetesObject[]) =>
  JSON.stringify([
    claims.map(({ metadata }) => metadata.name),
    pods.map(({ metadata, spec, status }) => [metadata.name, spec.nodeName, status?.phase]),
  ]);

/** Waits until no node comes and no pod moves any more, with every node ready and every engine and agent running. */
async function settled(fleets: readonly Fleet[]): Promise<{ claims: KubernetesObject[]; pods: KubernetesObject[] }> {
  const names = fleets.map(({ fleet }) => fleet.name);
  const deadline = Date.now() + PATIENCE_SECONDS * 1000;
  let last = "";
  let since = Date.now();
  while (Date.now() < deadline) {
    await sleep(3000);
    for (const { fleet } of fleets) for (const { key } of fleet.nodes.startupTaints) untaint(fleet.name, key);
    const claims = list("nodeclaims").filter(({ metadata }) => names.includes(metadata.labels?.[POOL_LABEL] ?? ""));
    const nodeNames = new Set(claims.map(({ status }) => status?.nodeName));
    const pods = list("pods", "-l", ROLE_LABEL).filter(({ metadata, spec }) =>
      metadata.labels?.[ROLE_LABEL] === "agent" ? nodeNames.has(spec.nodeName) : names.includes(metadata.labels?.[FLEET_LABEL] ?? ""),
    );
    const state = stateOf(claims, pods);
    if (state !== last) since = Date.now();
    last = state;
    const running = pods.filter(({ status }) => status?.phase === "Running");
    const attendants = running.filter(({ metadata }) => metadata.labels?.[ROLE_LABEL] !== "runner").length;
    const complete =
      claims.every((claim) => isTrue(claim, "Initialized")) &&
      attendants === claims.length * AGENTS_AND_ENGINE &&
      names.every((name) => claims.some(({ metadata }) => metadata.labels?.[POOL_LABEL] === name));
    if (complete && Date.now() - since > QUIET_SECONDS * 1000) return { claims, pods };
    console.error(`${claims.length} nodes, ${attendants} engines and agents, ${running.length - attendants} runners`);
  }
  throw new Error(`not settled after ${PATIENCE_SECONDS} s`);
}

async function prove(fleets: readonly Fleet[], account: Account): Promise<Map<Fleet, ObservedNode[]>> {
  for (const { config, fleet, runners } of fleets) apply(ofFleet(config, fleet, runners, account));
  const names = fleets.map(({ fleet }) => fleet.name);
  const wanted = fleets.reduce((sum, { runners }) => sum + runners, 0);
  const ready = () =>
    list("ec2nodeclasses").filter((item) => names.includes(item.metadata.name) && isTrue(item, "Ready")).length === names.length;
  const created = () =>
    list("pods", "-l", `${ROLE_LABEL}=runner`).filter(({ metadata }) => names.includes(metadata.labels?.[FLEET_LABEL] ?? "")).length;
  while (!ready() || created() < wanted) await sleep(2000);
  apply(fleets.map(({ fleet }) => pool(fleet)));
  const { claims, pods } = await settled(fleets);
  const runningOn = (claim: KubernetesObject) =>
    pods.filter(
      ({ metadata, spec, status }) =>
        metadata.labels?.[ROLE_LABEL] === "runner" && status?.phase === "Running" && spec.nodeName === claim.status?.nodeName,
    ).length;
  const observed = fleets.map(({ fleet }): ObservedNode[] =>
    claims
      .filter(({ metadata }) => metadata.labels?.[POOL_LABEL] === fleet.name)
      .map((claim) => ({
        type: claim.metadata.labels?.[TYPE_LABEL] ?? "",
        planned: Number(claim.spec.resources?.requests.pods) - AGENTS_AND_ENGINE,
        running: runningOn(claim),
        ...capacityOf(claim),
      }))
      .sort((a, b) => b.planned - a.planned || (a.type < b.type ? -1 : 1)),
  );
  for (const { fleet } of fleets) remove("nodepool", fleet.name);
  for (const { fleet } of fleets) remove("namespace", fleet.namespace);
  return new Map(fleets.map((fleet, i) => [fleet, observed[i]!]));
}

const capacityOf = ({ metadata }: KubernetesObject) => {
  const capacityType = metadata.labels?.[CAPACITY_LABEL];
  return capacityType === undefined || capacityType === "on-demand" ? {} : { capacityType };
};

/** What differs from our reckoning; empty if nothing does. */
function differences({ combination, fleet }: Fleet, nodes: readonly ObservedNode[]): string[] {
  const { landings, mostPerEngine } = placement(fleet).sizes[0]!;
  const ours = new Map(landings.map(({ type, runners }) => [type.name, runners]));
  const planned = Math.max(...nodes.map((node) => node.planned));
  return [
    ...nodes.flatMap(({ type, running }) => {
      const expected = ours.get(type);
      if (expected === undefined) return [`bought ${type}, which is not in our list`];
      return running === expected ? [] : [`${running} runners on a full ${type}, we say ${expected}`];
    }),
    ...(combination.reservation === undefined || nodes.some(({ capacityType }) => capacityType === "reserved") ? [] : ["no node from the reservation"]),
    ...(planned === mostPerEngine ? [] : [`Karpenter planned ${planned} on its fullest node, we say ${mostPerEngine}`]),
  ];
}

async function main([accountJson = "", output = ""]: readonly string[]): Promise<void> {
  const account = JSON.parse(accountJson) as Account;
  const has = ({ reservation }: Combination) => reservation === undefined || account.reservations?.[reservation] !== undefined;
  for (const { title, reservation = "" } of COMBINATIONS.filter((one) => !has(one))) console.log(`left out: ${title}; the account has no ${reservation}`);
  const fleets = COMBINATIONS.filter(has).map(fleetOf);
  apply(ofCluster());
  const answers = [];
  let agreed = 0;
  for (let start = 0; start < fleets.length; start += BATCH) {
    const observed = await prove(fleets.slice(start, start + BATCH), account);
    for (const [fleet, nodes] of observed) {
      const wrong = differences(fleet, nodes);
      agreed += wrong.length === 0 ? 1 : 0;
      const text = nodes.map(({ type, planned, running, capacityType }) => `${type} ${planned}/${running}${capacityType ? ` ${capacityType}` : ""}`).join(", ");
      console.log(`${wrong.length === 0 ? "ok  " : "FAIL"} ${fleet.combination.title}: ${text}${wrong.map((line) => `\n       ${line}`).join("")}`);
      answers.push({ ...fleet.combination, nodes });
    }
  }
  writeFileSync(output, format({ karpenter: versions.karpenter, region: "eu-west-1", ami: AMI, combinations: answers }));
  giveFigures({ nodes: answers.reduce((sum, { nodes }) => sum + nodes.length, 0), karpenter: versions.karpenter });
  console.log(`${agreed} of ${fleets.length} combinations agree`);
  if (agreed < fleets.length) process.exitCode = 1;
}

/** One combination a line, so that a change reads well in a pull request. */
function format({ combinations, ...head }: { readonly combinations: readonly object[] } & Record<string, unknown>): string {
  const lines = combinations.map((combination) => `    ${JSON.stringify(combination)}`).join(",\n");
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "combinations": [\n${lines}\n  ]\n}\n`;
}

void main(process.argv.slice(2));
