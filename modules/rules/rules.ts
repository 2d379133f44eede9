import { addonRules } from "./addon-rules";
import { addressRules } from "./address-rules";
import { arnRules } from "./arn-rules";
import { clusterRules } from "./cluster-rules";
import { deliveryRules } from "./delivery-rules";
import { eksAddonRules } from "./eks-addon-rules";
import { fleetRules } from "./fleet-rules";
import { guestRules } from "./guest-rules";
import { nodeRules } from "./node-rules";
import { nameRules } from "./name-rules";
import { outwardRules } from "./outward-rules";
import { podRules } from "./pod-rules";
import { regionRules } from "./region-rules";
import { seedRules } from "./seed-rules";
import { isObject } from "../config/objects";
import { soundFleets, type Parsed, type Path, type ToldRule } from "./rule";
import { typeRules } from "./type-rules";
import { versionRules } from "./version-rules";
import { warmRules } from "./warm-rules";

interface Payload {
  readonly value: Parsed;
  readonly issues: { code?: string; path?: PropertyKey[] | undefined }[];
}

export const RULES: readonly ToldRule[] = [
  ...regionRules,
  ...arnRules,
  ...addressRules,
  ...clusterRules,
  ...guestRules,
  ...addonRules,
  ...eksAddonRules,
  ...outwardRules,
  ...deliveryRules,
  ...versionRules,
  ...nameRules,
  ...typeRules,
  ...nodeRules,
  ...fleetRules,
  ...podRules,
  ...seedRules,
  ...warmRules,
];

/**
 * Runs every rule that looks at more than one setting, or at facts. It is called on values that may be partly wrong, so
 * that a person gets all problems at once; a rule reads only what `clean` says is sound.
 */
export function checkRules(payload: unknown): boolean {
  const { value, issues } = payload as Payload;
  if (!isObject(value)) return false;
  // A setting that nothing knows leaves the ones around it sound.
  const broken = issues.filter(({ code }) => code !== "unrecognized_keys").map((issue) => (issue.path ?? []) as Path);
  const startsWith = (path: Path, start: Path) => start.every((key, i) => path[i] === key);
  const clean = (...path: Path) => !broken.some((bad) => startsWith(bad, path) || (bad.length > 0 && startsWith(path, bad)));
  const refuse = (path: Path, received: unknown, allowed: string) =>
    void (issues as object[]).push({ code: "custom", path: [...path], input: received, message: allowed });
  const fleets = soundFleets(value, { clean, refuse });
  for (const { check } of RULES) check(value, { clean, refuse, fleets });
  return false;
}
