import { at } from "../plan-json";
import type { Flag, Rule } from "./rule";

/** The names by which workflows ask for runners, each with its fleet. */
function namesOf(output: unknown): Map<string, string> {
  const fleets = typeof output === "object" && output !== null ? Object.entries(output as Record<string, unknown>) : [];
  return new Map(fleets.flatMap(([fleet, names]) => (Array.isArray(names) ? names.map((name) => [String(name), fleet] as const) : [])));
}

/** What comes of two runner sets with one name. */
export const ONE_SCALE_SET = "both runner sets take one scale set of GitHub, and the end of the old one deletes it: new jobs queue for ever";

/**
 * A name in `runs-on` that vanishes, or that moves to another fleet. ARC looks a scale set up by name and takes one that
 * exists for its own, but deletes it by its id (autoscalingrunnerset_controller.go: createRunnerScaleSet,
 * deleteRunnerScaleSet): the end of the old set deletes the scale set that the new one has taken.
 */
export const runsOn: Rule = (_changes, outputs) => {
  const change = at(outputs, "runs_on");
  const [before, after] = [namesOf(at(change, "before")), namesOf(at(change, "after"))];
  const vanished = [...before.keys()].filter((name) => !after.has(name));
  const moved = [...before].filter(([name, fleet]) => after.has(name) && after.get(name) !== fleet);
  return [
    ...(vanished.length > 0
      ? [
          {
            title: "`runs-on` vanishes",
            what: vanished.join(", "),
            means: { jobs: `new ones that ask for ${vanished.length === 1 ? "it" : "them"} queue for ever (GitHub cancels each after 24 hours)` },
          } satisfies Flag,
        ]
      : []),
    ...(moved.length > 0
      ? [
          {
            title: "`runs-on` moves",
            what: moved.map(([name, fleet]) => `${name} (${fleet} to ${after.get(name)!})`).join(", "),
            means: { jobs: ONE_SCALE_SET },
            advice: "Give the new fleet another `runsOn`, move the workflows, then remove the old one",
          } satisfies Flag,
        ]
      : []),
  ];
};
