import type { Changed } from "../changes";
import type { PlanJson } from "../plan-json";
import { clash } from "./clash";
import { engineRestart } from "./engine-restart";
import { iamPolicy } from "./iam-policy";
import { meanings } from "./meanings";
import { publicEndpoint } from "./public-endpoint";
import { refused } from "./refused";
import type { Flag, Rule } from "./rule";
import { runsOn } from "./runs-on";
import { secretStore } from "./secret-store";
import { seeds } from "./seeds";
import { warm } from "./warm";
import { region, wholeFleet } from "./whole";

/** From the general to the special: what an earlier one covers, a later one does not say again. */
const RULES: readonly Rule[] = [refused, wholeFleet, clash, runsOn, meanings, engineRestart, publicEndpoint, iamPolicy, secretStore, seeds, warm];

/** Everything in a plan that a reviewer must not miss, each cause once, the worst first. */
export function flagsOf(changes: readonly Changed[], outputs?: PlanJson["output_changes"]): Flag[] {
  // Of another region there is nothing more to say.
  const moved = region(changes);
  if (moved.length > 0) return moved;
  const byAddress = new Map(changes.map((changed) => [changed.address, changed]));
  const covers: NonNullable<Flag["covers"]>[] = [];
  const told: Flag[] = [];
  for (const rule of RULES) {
    const found = rule(changes, outputs);
    for (const flag of found) {
      const changed = flag.address === undefined ? undefined : byAddress.get(flag.address);
      const isCovered = changed !== undefined && covers.some((covered) => covered(changed));
      if (!isCovered) told.push(flag);
    }
    covers.push(...found.flatMap((flag) => flag.covers ?? []));
  }
  return inOrder(together(told));
}

/** Flags that say the same of several resources become one; of a note, such as a bound of cost, only where the values are the same. */
export function together(flags: readonly Flag[]): Flag[] {
  const found = new Map<string, Flag>();
  for (const flag of flags) {
    const { title, how, what, means, advice, address, weight } = flag;
    const key = JSON.stringify([title, what, means, advice, ...(weight === "note" ? [how] : [])]);
    const first = found.get(key);
    const hows = [...new Set([first?.how ?? [], how ?? []].flat())].join("; ");
    const more = address === undefined || address === first?.address || first?.also?.includes(address) ? [] : [address];
    found.set(key, first ? { ...first, ...(hows === "" ? {} : { how: hows }), also: [...(first.also ?? []), ...more] } : flag);
  }
  return [...found.values()];
}

const inOrder = (flags: readonly Flag[]): Flag[] => [...flags.filter(({ weight }) => weight === undefined), ...flags.filter(({ weight }) => weight === "note")];
