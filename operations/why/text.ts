import { duration } from "../duration";
import type { Answer, Waiting } from "./reason";

/** How many names of a group are said. */
const NAMES = 5;

/** What waits, in one sentence for each reason, and what to do. */
export function whyText({ waiting, said }: Answer): string {
  const groups = new Map<string, Waiting[]>();
  for (const one of waiting) {
    const key = JSON.stringify([one.set, one.waitsFor, one.reason]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const texts = [...groups.values()].map(groupText);
  return [...texts, ...said].join("\n\n") || "Nothing waits.";
}

function groupText(group: readonly Waiting[]): string {
  const [{ name, set, waitsFor, reason }] = group as [Waiting];
  const longest = duration(Math.max(...group.map(({ seconds = 0 }) => seconds)));
  const todo = `    ${reason.todo}`;
  if (name === set) return `New jobs for ${set} get no runner now: ${reason.why}.\n${todo}`;
  if (group.length === 1) return `${name} (${set}) has waited ${longest}, now for ${waitsFor}: ${reason.why}.\n${todo}`;
  const names = group.slice(0, NAMES).map((one) => one.name);
  const more = group.length > NAMES ? ` and ${group.length - NAMES} more` : "";
  return `${group.length} runners of ${set} have waited up to ${longest}, now for ${waitsFor}: ${reason.why}.\n${todo}\n    ${names.join(", ")}${more}`;
}
