import { z } from "zod";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const FIELDS = [
  { first: 0, last: 59, names: [] },
  { first: 0, last: 23, names: [] },
  { first: 1, last: 31, names: [] },
  { first: 1, last: 12, names: MONTHS },
  { first: 0, last: 6, names: DAYS },
] as const;
/** What Karpenter's CRD takes besides five fields (pattern of `spec.disruption.budgets[].schedule`). */
const WORDS = ["@annually", "@yearly", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/**
 * A schedule as Karpenter reads it: by robfig/cron's standard parser, whose days of a week end at 6, whose ranges do not turn
 * round, and which knows no `L`, `W` or `#`. No library of ours keeps to exactly that dialect.
 */
export const cron = () =>
  z.string({ error: CRON_ALLOWED }).refine((value) => WORDS.includes(value) || isCronLine(value), { error: CRON_ALLOWED });

const CRON_ALLOWED =
  "a cron line of five fields in UTC (minute, hour, day, month, day of the week from 0 to 6), such as 0 7 * * mon-fri, or @daily";

function isCronLine(line: string): boolean {
  const parts = line.split(" ");
  return parts.length === FIELDS.length && parts.every((part, i) => part.split(",").every((item) => isItem(item, FIELDS[i]!)));
}

function isItem(item: string, { first, last, names }: (typeof FIELDS)[number]): boolean {
  const [range = "", step, ...rest] = item.split("/");
  if (rest.length > 0 || (step !== undefined && !/^[1-9][0-9]*$/.test(step))) return false;
  if (range === "*" || range === "?") return true;
  const number = (text: string): number => {
    const named = (names as readonly string[]).indexOf(text.toLowerCase());
    return named >= 0 ? named + first : /^[0-9]{1,2}$/.test(text) ? Number(text) : NaN;
  };
  const ends = range.split("-").map(number);
  return ends.length <= 2 && ends.every((end) => end >= first && end <= last) && ends[0]! <= ends.at(-1)!;
}
