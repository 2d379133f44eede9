import { atLeast, fleetAmi } from "../../modules/config/fleet";
import { runsOnLabels } from "../../modules/config/runners";
import type { Config } from "../../modules/config/schema";
import { ADDONS, installedAddons, type AddonName } from "../../modules/contract/addons";
import { isSeeded } from "../../modules/contract/seed";
import { minorOf } from "../../modules/contract/arc-minor";
import { versionRow } from "../review/meaning/controllers";
import { kubernetesStep } from "../review/meaning/kubernetes";
import { meaningText } from "../review/meaning/meaning";
import { meaningOf } from "../review/meaning/meanings";
import { ONE_SCALE_SET } from "../review/rules/runs-on";
import { FLEET_GOES } from "../review/rules/whole";

/** What is deployed, as the stacks' states say. */
export interface Deployed {
  readonly kubernetes: string;
  /** Versions of the add-ons; empty for what the project did not install. */
  readonly addons: Readonly<Record<AddonName, string>>;
  /** Dagger version, namespace, AMI and names in `runs-on` of each fleet. */
  readonly fleets: ReadonlyMap<string, DeployedFleet>;
}

export interface DeployedFleet {
  readonly dagger: string;
  readonly namespace: string;
  readonly ami: string;
  /** Unknown where a state is older than this output. */
  readonly runsOn?: readonly string[];
}

/** One thing to do, in the order in which it is safe. */
export type Action =
  | { readonly do: "apply"; readonly stack: "cluster" | "addons" | "dagger" }
  /** Applies only what belongs to these fleets, and takes nothing away. */
  | { readonly do: "add fleets"; readonly fleets: readonly string[] }
  /** Goes on only when no runner set stands outside of these namespaces: the new controller would delete it. */
  | { readonly do: "be alone"; readonly namespaces: readonly string[] }
  /** Goes on only when the cluster's own controller is of this minor version: it would delete sets of another. */
  | { readonly do: "controller there"; readonly namespace: string; readonly minor: string }
  /** Takes all scale sets away, so that ARC's controller can change; GitHub queues the jobs meanwhile. */
  | { readonly do: "remove runner sets" }
  /** Goes on only when no job runs in these namespaces. */
  | { readonly do: "wait for idle"; readonly namespaces: readonly string[] };

export interface Change {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  /** What it means, by the model of reviews. */
  readonly means: string;
}

export interface Upgrade {
  readonly changes: readonly Change[];
  readonly actions: readonly Action[];
  /** Why it cannot be done like this, each with what to do instead. With any of these nothing is done. */
  readonly refusals: readonly string[];
}

/** What the configuration's versions mean for what is deployed, and the order that kills no job. Pure. */
export function planUpgrade(deployed: Deployed, config: Config): Upgrade {
  const { versions } = config;
  const changes: Change[] = [];
  const refusals: string[] = [];
  const note = (what: string, from: string, to: string, ...row: Parameters<typeof meaningOf>): boolean => {
    // What is not installed by this project, or not yet, is no upgrade.
    if (from === to || from === "" || to === "") return false;
    changes.push({ what, from, to, means: meaningText(meaningOf(...row)) });
    return true;
  };

  const wantedKubernetes = config.cluster.mode === "new" ? versions.kubernetes : deployed.kubernetes;
  const kubernetes = note("Kubernetes", deployed.kubernetes, wantedKubernetes, "aws_eks_cluster", "Kubernetes goes up");
  const step = kubernetes ? kubernetesStep(deployed.kubernetes, wantedKubernetes) : undefined;
  if (step !== undefined) refusals.push(`${step.why}. ${step.instead}.`);
  const arcMinor = minorOf(deployed.addons.arc) !== minorOf(versions.arc);
  const addons = installedAddons(config).filter((name) => {
    const [of, title] = versionRow(name);
    return note(ADDONS[name].title, deployed.addons[name], versions[name], of, name === "arc" && arcMinor ? "ARC changes its minor version" : title);
  });
  // Another's controller changes in its own time; the sets here must be away then, too.
  const { arc: ofArc } = config.addons;
  const others = ofArc.mode === "existing" && arcMinor && note("ARC", deployed.addons.arc, versions.arc, versionRow("arc")[0], "ARC changes its minor version");
  const arc = addons.includes("arc") || others;

  const fleets = fleetChanges(deployed, config, changes, refusals);
  const namespaces = (names: readonly string[]) => names.flatMap((name) => deployed.fleets.get(name)?.namespace ?? []);
  const resets = arc && arcMinor;
  const actions: Action[] = [
    ...(kubernetes ? [apply("cluster")] : []),
    ...(resets && !others ? [{ do: "be alone", namespaces: namespaces([...deployed.fleets.keys()]) } as const] : []),
    ...(resets ? [waitForIdle(namespaces([...deployed.fleets.keys()])), { do: "remove runner sets" } as const] : []),
    ...(others ? [{ do: "controller there", namespace: ofArc.namespace, minor: minorOf(versions.arc) } as const] : []),
    ...(addons.length > 0 || others ? [apply("addons")] : []),
    // Sets that were removed come back with the whole stack; new fleets alone need not wait for old ones to end.
    ...(fleets.added.length > 0 && !resets ? [{ do: "add fleets", fleets: fleets.added } as const] : []),
    ...(fleets.removed.length > 0 ? [waitForIdle(namespaces(fleets.removed))] : []),
    ...(arc || fleets.removed.length > 0 || fleets.rotated || (resets && fleets.added.length > 0) ? [apply("dagger")] : []),
  ];
  return { changes, actions, refusals };
}

/** Of the steps, those that take the runner sets away; none if the sets can stay. */
export const removingSets = (actions: readonly Action[]): readonly Action[] =>
  actions.slice(0, actions.findIndex((action) => action.do === "remove runner sets") + 1).filter((action) => action.do !== "apply");

const apply = (stack: "cluster" | "addons" | "dagger"): Action => ({ do: "apply", stack });
const waitForIdle = (namespaces: readonly string[]): Action => ({ do: "wait for idle", namespaces });

function fleetChanges(deployed: Deployed, config: Config, changes: Change[], refusals: string[]) {
  const added: string[] = [];
  let rotated = false;
  for (const fleet of config.fleets) {
    const old = deployed.fleets.get(fleet.name);
    if (!old) {
      added.push(fleet.name);
      changes.push({ what: `fleet ${fleet.name}`, from: "", to: `Dagger ${fleet.dagger}`, means: `nothing: it comes up beside the others${isSeeded(fleet) ? "; seeds of another version are of no use to it" : ""}` });
      continue;
    }
    if (old.dagger !== fleet.dagger) {
      const direction = atLeast(fleet.dagger, old.dagger) ? "from" : "back from";
      refusals.push(
        `Fleet ${fleet.name} would go ${direction} Dagger ${old.dagger} to ${fleet.dagger} under its running jobs: ` +
          `leave it at ${old.dagger}, add a fleet with ${fleet.dagger}, move the workflows to its runs-on, then remove ${fleet.name}.`,
      );
    }
    const ami = fleetAmi(fleet, config.versions.ami);
    if (old.ami !== ami && ami !== "") {
      rotated = true;
      const row = fleet.nodes.mode === "autoscaled" ? meaningOf("EC2NodeClass", "Every node is replaced") : meaningOf("aws_eks_node_group", "Persistent nodes roll");
      changes.push({ what: `AMI of fleet ${fleet.name}`, from: old.ami, to: ami, means: `${meaningText(row)}${isSeeded(fleet) ? "; new nodes begin with the newest seed, and what came after it is lost" : ""}` });
    }
  }
  refusals.push(...movingNames(deployed, config));
  const removed = [...deployed.fleets.keys()].filter((name) => !config.fleets.some((fleet) => fleet.name === name));
  for (const name of removed) {
    changes.push({ what: `fleet ${name}`, from: `Dagger ${deployed.fleets.get(name)!.dagger}`, to: "", means: meaningText(FLEET_GOES) });
  }
  return { added, removed, rotated };
}

/** Names that a new fleet would take from one that has runners of that name: review/rules/runs-on.ts tells what then comes. */
function movingNames({ fleets }: Deployed, config: Config): string[] {
  return config.fleets.flatMap((fleet) =>
    fleet.runners.flatMap(runsOnLabels).flatMap((name) => {
      const [holder] = [...fleets].find(([old, { runsOn }]) => old !== fleet.name && runsOn?.includes(name)) ?? [];
      if (holder === undefined) return [];
      return [
        `The name ${name} would move from fleet ${holder} to ${fleet.name}: ${ONE_SCALE_SET}. ` +
          `Give ${fleet.name} another runsOn, move the workflows to it, then remove ${holder}.`,
      ];
    }),
  );
}

/** The changes as a table, and the steps in words. */
export function upgradeText({ changes, actions, refusals }: Upgrade): string {
  if (changes.length === 0 && refusals.length === 0) return "What is deployed has the configuration's versions.";
  const rows = [["what", "from", "to", "what it means"], ...changes.map(({ what, from, to, means }) => [what, from || "-", to || "-", means])];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const table = rows.map((row) => row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]!) : cell)).join("  "));
  const steps = actions.map((action, i) => `    ${i + 1}. ${actionText(action)}`);
  return [
    ...table,
    "",
    ...(refusals.length > 0 ? ["Not like this:", ...refusals.map((refusal) => `    ${refusal}`)] : ["Steps:", ...steps]),
  ].join("\n");
}

export function actionText(action: Action): string {
  switch (action.do) {
    case "apply":
      return `apply the ${action.stack} stack`;
    case "add fleets":
      return `add ${action.fleets.length === 1 ? "fleet" : "fleets"} ${action.fleets.join(", ")} beside the others`;
    case "be alone":
      return "stop if others have runner sets in the cluster";
    case "controller there":
      return `stop unless the ARC in ${action.namespace} is of ${action.minor}`;
    case "remove runner sets":
      return "remove all runner sets";
    case "wait for idle":
      return `stop if a job runs in ${action.namespaces.join(", ")}`;
  }
}
