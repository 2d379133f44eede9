import type { z } from "zod";
import type { configSchema } from "../config/schema";
import { isGuest } from "../config/cluster";
import { isObject } from "../config/objects";
import { settleFleet, type FleetConfig } from "../config/fleet";
import type { Refuse } from "./refuse";

export type Path = readonly (string | number)[];
/** The configuration as it was parsed, before names are filled in. */
export type Parsed = z.output<typeof configSchema>;

/** What a rule asks and tells. */
export interface Report {
  /** Whether nothing at, below or above this path has a problem yet, so that a rule may read it. */
  readonly clean: (...path: Path) => boolean;
  /** Reports a problem at a path: what was received there and what is allowed. */
  readonly refuse: Refuse;
  /** The fleets that can be reckoned with. */
  readonly fleets: readonly SoundFleet[];
}
/** A rule about settings that depend on each other, or on facts. It reads only what is clean. */
export type Rule = (config: Parsed, report: Report) => void;

/** A rule, and what it asks, a sentence each: they are a part of the settings' page. Names of settings stand in backquotes. */
export interface ToldRule {
  readonly check: Rule;
  readonly says: readonly string[];
}

/** A fleet without what is wrong in it, and where its parts stand in the file. */
export interface SoundFleet {
  readonly fleet: FleetConfig;
  /** Place in the list of fleets. */
  readonly index: number;
  /** Reports a problem at a path inside the fleet. */
  readonly refuse: Refuse;
}

/**
 * The fleets whose nodes and engine are sound, each with its sound runner sizes: one bad size hides no other problem.
 * The name of the installation is part of the names that are filled in.
 */
export function soundFleets(config: Parsed, { clean, refuse }: Pick<Report, "clean" | "refuse">): SoundFleet[] {
  const named = { installation: clean("name") ? config.name : "", guest: clean("cluster") && isGuest(config.cluster), nodeExporter: clean("addons") && config.addons.prometheus.mode === "install" };
  if (!Array.isArray(config.fleets)) return [];
  return config.fleets.flatMap((raw, index) => {
    if (!isObject(raw)) return [];
    const parts = ["name", "dagger", "namespace", "nodes", "engine", "sharedCache", "seed", "github"];
    const whole = parts.every((part) => clean("fleets", index, part));
    if (!whole || !Array.isArray(raw.runners)) return [];
    const places = raw.runners.map((_runner, i) => i).filter((i) => clean("fleets", index, "runners", i));
    if (places.length === 0) return [];
    const fleet = settleFleet(named, { ...raw, runners: places.map((i) => raw.runners[i]!) });
    // Sizes that were left out shift the others: problems are told where these stand.
    const inFile = ([first, second, ...rest]: Path): Path =>
      first === "runners" && typeof second === "number" ? [first, places[second]!, ...rest] : [first, second, ...rest].filter((key) => key !== undefined);
    return [{ fleet, index, refuse: (path, received, allowed) => refuse(["fleets", index, ...inFile(path)], received, allowed) }];
  });
}

