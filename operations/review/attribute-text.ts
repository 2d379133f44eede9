import type { AttributeChange, Side } from "./diff";

/** Longest value that is shown whole. */
const LONGEST_VALUE = 160;
/** Most lines of one resource. */
const MOST_LINES = 80;

/** The lines of a `diff` block for the changed attributes of one resource. */
export function attributeLines(changes: readonly AttributeChange[]): string[] {
  const nowUnknown = changes.filter(({ before, after }) => after === "unknown" && before === "absent");
  const lines = [
    ...changes.filter((change) => !nowUnknown.includes(change)).flatMap(linesOf),
    ...(nowUnknown.length > 0 ? [`  known after the apply: ${nowUnknown.map(({ path }) => path).join(", ")}`] : []),
  ];
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `  … ${lines.length - MOST_LINES} more lines are left out`];
}

function linesOf({ path, before, after }: AttributeChange): string[] {
  const texts = [textOf(before), textOf(after)];
  if (texts.every((text) => text?.includes("\n"))) {
    return [`  ${path}:`, ...lineDiff(texts[0]!.split("\n"), texts[1]!.split("\n")).map((line) => cut(line))];
  }
  return [
    ...(before === "absent" ? [] : [`- ${path}: ${sideText(before)}`]),
    ...(after === "absent" ? [] : [`+ ${path}: ${sideText(after)}`]),
  ];
}

const textOf = (side: Side): string | undefined =>
  typeof side === "object" && typeof side.value === "string" ? side.value : undefined;

function sideText(side: Side): string {
  if (side === "sensitive") return "(sensitive value)";
  if (side === "unknown") return "(known after the apply)";
  if (side === "absent") return "";
  return cut(JSON.stringify(side.value));
}

/** A value in few characters, which says how many it had. */
export const cut = (text: string, longest = LONGEST_VALUE): string =>
  text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters)`;

/** The lines that only one of two texts has, in their order. */
function lineDiff(before: readonly string[], after: readonly string[]): string[] {
  const common = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let b = before.length - 1; b >= 0; b--) {
    for (let a = after.length - 1; a >= 0; a--) {
      common[b]![a] =
        before[b] === after[a] ? common[b + 1]![a + 1]! + 1 : Math.max(common[b + 1]![a]!, common[b]![a + 1]!);
    }
  }
  const lines: string[] = [];
  let [b, a] = [0, 0];
  while (b < before.length || a < after.length) {
    if (b < before.length && a < after.length && before[b] === after[a]) [b, a] = [b + 1, a + 1];
    else if (a === after.length || (b < before.length && common[b + 1]![a]! >= common[b]![a + 1]!)) lines.push(`-     ${before[b++]!}`);
    else lines.push(`+     ${after[a++]!}`);
  }
  return lines;
}
