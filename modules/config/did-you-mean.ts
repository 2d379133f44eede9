/** Most known names that are compared; nobody mistypes among more. */
const MOST = 5000;

/** The known names that come nearest to a mistyped one, nearest first; none if nothing is near. */
export function nearest(received: string, known: readonly string[]): string[] {
  if (received.length > 100) return [];
  const most = Math.floor((received.length + 1) / 3);
  const near = known
    .slice(0, MOST)
    .map((name) => ({ name, distance: distance(simple(received), simple(name)) }))
    .filter(({ distance: far }) => far <= Math.min(most, 3));
  const least = Math.min(...near.map((one) => one.distance));
  return near.filter((one) => one.distance === least).map(({ name }) => name).slice(0, 3);
}

/** `; did you mean fleets?`, or nothing. */
export function didYouMean(received: string, known: readonly string[]): string {
  const names = nearest(received, known);
  return names.length === 0 ? "" : `; did you mean ${names.join(" or ")}?`;
}

/** Spellings that differ in case, in hyphens and underscores are one to people. */
const simple = (name: string) => name.toLowerCase().replace(/[-_]/g, "");

/** Letters to insert, delete, replace, or exchange with their neighbour (Damerau and Levenshtein's distance). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = best;
    }
  }
  return rows[a.length]![b.length]!;
}
