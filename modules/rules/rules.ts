import type { z } from "zod";
import type { configSchema } from "../config/schema";
import { overlaps } from "../config/fields";
import { settleFleet } from "../config/fleet";
import { checkFleet, checkFleetsTogether } from "./fleet-rules";

/** The network of build containers inside every Dagger Engine (`--network-cidr`, bridge `dagger0`). */
export const ENGINE_CIDR = "10.87.0.0/16";

type Path = readonly (string | number)[];
interface Payload {
  readonly value: z.output<typeof configSchema>;
  readonly issues: { path?: PropertyKey[] | undefined }[];
}
interface Report {
  /** Whether nothing at or below this path has a problem yet, so that a rule may read it. */
  readonly clean: (...path: Path) => boolean;
  /** Reports a problem at a path: what was received there and what is allowed. */
  readonly refuse: (path: Path, received: unknown, allowed: string) => void;
}
type Rule = (config: z.output<typeof configSchema>, report: Report) => void;

const githubScope: Rule = ({ github }, { clean, refuse }) => {
  if (!clean("github")) return;
  const { organization, repository, enterprise } = github;
  if ([organization, repository, enterprise].filter((scope) => scope !== undefined).length !== 1) {
    refuse(["github"], { organization, repository, enterprise }, "exactly one of organization, repository and enterprise");
  }
};

const addressRanges: Rule = ({ network, cluster }, { clean, refuse }) => {
  const ranges: [string, Path, string][] = [];
  if (clean("network", "cidr") && network.mode === "new") ranges.push(["network.cidr", ["network", "cidr"], network.cidr]);
  if (clean("cluster", "serviceCidr") && cluster.mode === "new") {
    ranges.push(["cluster.serviceCidr", ["cluster", "serviceCidr"], cluster.serviceCidr]);
  }
  for (const [, path, range] of ranges) {
    if (overlaps(range, ENGINE_CIDR)) refuse(path, range, `a range apart from the Dagger Engine's own ${ENGINE_CIDR}`);
  }
  const [vpc, services] = ranges;
  if (vpc && services && overlaps(vpc[2], services[2])) {
    refuse(services[1], services[2], `a range apart from ${vpc[0]}, which is ${vpc[2]}`);
  }
};

const zonesInRegion: Rule = ({ region, network }, { clean, refuse }) => {
  if (!clean("region") || !clean("network") || network.mode !== "new") return;
  const zones = network.availabilityZones;
  if (typeof zones === "number") return;
  zones.forEach((zone, i) => {
    const path = ["network", "availabilityZones", i];
    if (!zone.startsWith(region)) refuse(path, zone, `a zone of the region ${region}`);
    if (zones.indexOf(zone) < i) refuse(path, zone, "each zone once");
  });
};

const publicEndpoint: Rule = ({ cluster }, { clean, refuse }) => {
  if (!clean("cluster") || cluster.mode !== "new") return;
  cluster.endpoint.publicCidrs.forEach((range, i) => {
    if (range.endsWith("/0") && !cluster.endpoint.openToInternet) {
      refuse(
        ["cluster", "endpoint", "publicCidrs", i],
        range,
        "the ranges of your offices and CI; for the whole internet, set cluster.endpoint.openToInternet: true as well",
      );
    }
  });
};

const fleets: Rule = (config, { clean, refuse }) => {
  const addons = clean("addons") ? config.addons : undefined;
  const installation = clean("name") ? config.name : "";
  const settled = config.fleets.map((raw, i) => (clean("fleets", i) ? settleFleet(installation, raw) : undefined));
  settled.forEach((fleet, i) => {
    if (fleet) {
      checkFleet(fleet, addons, config.daggerCloud !== undefined, (path, received, allowed) =>
        refuse(["fleets", i, ...path], received, allowed),
      );
    }
  });
  if (clean("github")) checkFleetsTogether(settled, config.github, refuse);
};

const runnerGroups: Rule = ({ github, fleets }, { clean, refuse }) => {
  if (!clean("github") || github.repository === undefined) return;
  fleets.forEach((fleet, i) => {
    if (!clean("fleets", i)) return;
    fleet.runners.forEach(({ runnerGroup }, j) => {
      if (runnerGroup === undefined) return;
      refuse(["fleets", i, "runners", j, "runnerGroup"], runnerGroup, "nothing: a repository has no runner groups");
    });
  });
};

const RULES: readonly Rule[] = [githubScope, addressRanges, zonesInRegion, publicEndpoint, fleets, runnerGroups];

/**
 * Runs every rule that looks at more than one setting. It is called on values that may be partly wrong, so that
 * a person gets all problems at once; a rule reads only what `clean` says is sound.
 */
export function checkRules(payload: unknown): boolean {
  const { value, issues } = payload as Payload;
  if (typeof value !== "object" || Array.isArray(value)) return false;
  const broken = issues.map((issue) => (issue.path ?? []) as Path);
  const startsWith = (path: Path, start: Path) => start.every((key, i) => path[i] === key);
  const report: Report = {
    clean: (...path) => !broken.some((bad) => startsWith(bad, path) || (bad.length > 0 && startsWith(path, bad))),
    refuse: (path, received, allowed) =>
      void (issues as object[]).push({ code: "custom", path: [...path], input: received, message: allowed }),
  };
  for (const rule of RULES) rule(value, report);
  return false;
}
