import type { Changed } from "../changes";
import { MEANINGS } from "../meaning/meanings";
import { pathsOf, subjectOf, type Meaning } from "../meaning/meaning";
import type { Flag, Rule } from "./rule";

const rows = Object.values(MEANINGS).flat();
const bySubject = new Map<string, Meaning[]>();
for (const row of rows) bySubject.set(row.of, [...(bySubject.get(row.of) ?? []), row]);

/** What the model says of each changed resource, in the order of its rows. */
export const meanings: Rule = (changes) => {
  const found = changes.flatMap((changed) => told(changed, changes));
  const whole = found.find(({ meaning }) => meaning.whole);
  const worth = whole ? [whole] : found.filter(({ changed }) => !found.some(({ meaning }) => meaning.covers?.(changed)));
  return worth.sort((a, b) => rows.indexOf(a.meaning) - rows.indexOf(b.meaning)).map(({ flag }) => flag);
};

function told(changed: Changed, changes: readonly Changed[]): { meaning: Meaning; changed: Changed; flag: Flag }[] {
  if (changed.kind === "unchanged" || changed.kind === "add") return [];
  const meanings = bySubject.get(subjectOf(changed)) ?? [];
  const paths = meanings.length > 0 ? pathsOf(changed) : [];
  return meanings.flatMap((meaning) => {
    const how = meaning.match(changed, { changes, paths });
    if (how === false) return [];
    const flag = {
      title: meaning.title,
      ...(typeof how === "string" && how !== "" ? { how } : {}),
      means: meaning.means,
      address: changed.address,
      ...(meaning.weight ? { weight: meaning.weight } : {}),
      ...(meaning.covers ? { covers: meaning.covers } : {}),
      ...(meaning.whole ? { brief: true as const, covers: ({ address }: Changed) => address !== changed.address } : {}),
    };
    return [{ meaning, changed, flag }];
  });
}
