import { candidates } from "../placement/candidates";
import { MAX_CACHE_SHARE, smallestDiskGb } from "../placement/cache-size";
import { didYouMean } from "../config/did-you-mean";
import { seconds } from "../config/fields/quantities";
import { atLeast, type FleetConfig } from "../config/fleet";
import { checkPlacement } from "./placement-rules";
import { instanceTypes } from "../facts/instance-types";
import { githubOf } from "../contract/github";
import type { Refuse } from "./refuse";
import { MAX_RUNS_ON } from "../config/runners";
import type { Config } from "../config/schema";
import type { Parsed, Rule, ToldRule } from "./rule";
import { hasMistypedFamily } from "./type-rules";

type Addons = Config["addons"];

/** First Dagger version whose chart can be told its environment, which is how runners' engines are made known here. */
const OLDEST_DAGGER = "0.16.3";
/** First Dagger version without the shared cache of Dagger Cloud (dagger/dagger#10774). */
const WITHOUT_SHARED_CACHE = "0.18.15";

const nvmeTypes = instanceTypes.map(({ name }) => name);

/** What must hold inside one fleet; paths are relative to it. */
function checkFleet(fleet: FleetConfig, addons: Addons | undefined, hasCloud: boolean, refuse: Refuse): void {
  checkVersion(fleet, hasCloud, refuse);
  if (checkNodes(fleet, refuse)) checkPlacement(fleet, refuse);
  checkDrain(fleet, refuse);
  fleet.runners.forEach((_runner, i) => checkRunner(fleet, i, addons, refuse));
}

function checkVersion({ dagger, engine, sharedCache }: FleetConfig, hasCloud: boolean, refuse: Refuse): void {
  if (!dagger.startsWith("0.") && !dagger.startsWith("1.0.0-")) {
    refuse(["dagger"], dagger, "a version 0.x, or a pre-release of 1.0.0: this project knows the chart and the settings of no other");
  }
  else if (!atLeast(dagger, OLDEST_DAGGER)) refuse(["dagger"], dagger, `${OLDEST_DAGGER} or later`);
  if (!atLeast(dagger, "0.17.0") && engine.cache === "nvme") {
    refuse(["dagger"], dagger, "0.17.0 or later for a cache on NVMe; before, set engine.cache: root-disk");
  }
  if (Object.keys(engine.registryMirrors).length > 0 && !atLeast(dagger, "0.19.0")) {
    refuse(["engine", "registryMirrors"], engine.registryMirrors, `none with Dagger ${dagger}: mirrors need 0.19.0`);
  }
  if (sharedCache && atLeast(dagger, WITHOUT_SHARED_CACHE)) {
    refuse(
      ["sharedCache"],
      true,
      `false: Dagger ${WITHOUT_SHARED_CACHE} took the shared cache out, and ${dagger} has none. What keeps a cache warm today are ` +
        "seeds (fleets[].seed), nodes that stay (nodes.mode: persistent, nodes.idleAfter) and registry mirrors",
    );
  } else if (sharedCache && !hasCloud) refuse(["sharedCache"], true, "false, or daggerCloud with its secret");
}

/** Whether there are nodes to reckon with, of a cache size that they can bear. Only then may placement be checked. */
function checkNodes(fleet: FleetConfig, refuse: Refuse): boolean {
  const { nodes, engine } = fleet;
  if (nodes.mode === "autoscaled" && nodes.vcpu.min > nodes.vcpu.max) {
    refuse(["nodes", "vcpu", "min"], nodes.vcpu.min, `at most nodes.vcpu.max, which is ${nodes.vcpu.max}`);
    return false;
  }
  if (candidates(nodes).types.length === 0) {
    // Nodes that stay need no NVMe for a cache on the root disk; the list of types has none without.
    if (nodes.mode === "persistent" && engine.cache === "root-disk") return false;
    if (hasMistypedFamily(fleet)) return false;
    const path = nodes.mode === "persistent" ? ["nodes", "instanceType"] : ["nodes"];
    const received = nodes.mode === "persistent" ? nodes.instanceType : { families: nodes.families, categories: nodes.categories };
    const meant = nodes.mode === "persistent" ? didYouMean(nodes.instanceType, nvmeTypes) : "";
    refuse(path, received, `nodes with local NVMe of that architecture: no known instance type fits these settings together${meant}`);
    return false;
  }
  const disk = smallestDiskGb(fleet);
  const most = Math.floor(disk * MAX_CACHE_SHARE);
  if (engine.cache === "nvme" && engine.cacheMaxGb !== undefined && engine.cacheMaxGb > most) {
    refuse(["engine", "cacheMaxGb"], engine.cacheMaxGb, `at most ${most}, which is 75 % of the smallest disk, ${disk} GB`);
    return false;
  }
  return true;
}

function checkDrain({ nodes, engine }: FleetConfig, refuse: Refuse): void {
  if (seconds(engine.drainTimeout) + 600 > seconds(nodes.terminationGracePeriod)) {
    refuse(
      ["engine", "drainTimeout"],
      engine.drainTimeout,
      `at least ten minutes less than nodes.terminationGracePeriod, which is ${nodes.terminationGracePeriod}`,
    );
  }
}

function checkRunner({ runners }: FleetConfig, i: number, addons: Addons | undefined, refuse: Refuse): void {
  const runner = runners[i]!;
  const at = (...key: (string | number)[]) => ["runners", i, ...key];
  if (runner.runsOn.length > MAX_RUNS_ON && !(runner.kind === "runner-deployment" && runner.labels)) {
    refuse(
      at("runsOn"),
      runner.runsOn,
      `at most ${MAX_RUNS_ON} characters (this has ${runner.runsOn.length}): shorten the names, or set runsOn`,
    );
  }
  if (runner.kind === "scale-set") {
    if (runner.min > runner.max) refuse(at("min"), runner.min, `at most max, which is ${runner.max}`);
    if (addons?.arc.mode === "none") refuse(at("kind"), runner.kind, "runner-deployment, while addons.arc.mode is none");
    return;
  }
  if (addons?.summerwind === "none") {
    refuse(at("kind"), runner.kind, "scale-set, or addons.summerwind: install (or existing)");
  }
  const { scaling } = runner;
  if (scaling.mode === "autoscaled" && scaling.min > scaling.max) {
    refuse(at("scaling", "min"), scaling.min, `at most max, which is ${scaling.max}`);
  }
}

/** What a runner deployment asks of the rest: one fleet if it may land anywhere, and something that wakes it from none. */
function checkDeployment(fleet: FleetConfig, i: number, config: Parsed, githubClean: boolean, refuse: Refuse): void {
  const runner = fleet.runners[i]!;
  if (runner.kind !== "runner-deployment") return;
  if (runner.placement === "any-runner-node" && config.fleets.length > 1) {
    refuse(["runners", i, "placement"], runner.placement, "fleet, since another fleet's node has another engine");
  }
  const { scaling } = runner;
  if (githubClean && scaling.mode === "autoscaled" && scaling.min === 0 && scaling.repositories.length === 0 && githubOf(config, fleet).repository === undefined) {
    refuse(
      ["runners", i, "scaling"],
      scaling,
      "repositories whose queued jobs are counted, or a min of 1 or more: what counts busy runners never leaves 0",
    );
  }
}

const eachFleet: Rule = (config, { clean, fleets }) => {
  const addons = clean("addons") ? config.addons : undefined;
  for (const { fleet, refuse } of fleets) {
    checkFleet(fleet, addons, config.daggerCloud !== undefined, refuse);
    fleet.runners.forEach((_runner, i) => checkDeployment(fleet, i, config, clean("github"), refuse));
  }
};

const runnerGroups: Rule = (config, { clean, fleets }) => {
  for (const { fleet, refuse } of fleets) {
    if ((fleet.github === undefined && !clean("github")) || githubOf(config, fleet).repository === undefined) continue;
    fleet.runners.forEach(({ runnerGroup }, i) => {
      if (runnerGroup !== undefined) refuse(["runners", i, "runnerGroup"], runnerGroup, "nothing: a repository has no runner groups");
    });
  }
};

export const fleetRules: readonly ToldRule[] = [
  {
    check: eachFleet,
    says: [
      "`dagger` is 0.16.3 or later, or a pre-release of 1.0.0; 0.17.0 for a cache on NVMe, 0.19.0 for `engine.registryMirrors`, before 0.18.15 for `sharedCache`.",
      "`nodes.vcpu.min` is at most `nodes.vcpu.max`, and a known instance type with NVMe fits what a fleet asks for.",
      "`engine.cacheMaxGb` is at most 75 % of the smallest disk that the nodes may have.",
      "Engine and at least one runner of each size fit on a node; `nodes.vcpuLimit` holds a node, and all runners of `min` and `warm`; beside one engine fit at most `engine.maxRunners`.",
      "`engine.drainTimeout` is ten minutes less than `nodes.terminationGracePeriod`, or shorter.",
      "`min` is at most `max`; `runsOn` has at most 45 characters; a size is of a kind that `addons` has.",
      "`placement: any-runner-node` needs a single fleet; a runner deployment of an organisation that begins with none needs `scaling.repositories`.",
    ],
  },
  { check: runnerGroups, says: ["A repository has no runner groups."] },
];
