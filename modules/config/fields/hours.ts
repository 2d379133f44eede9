/**
 * Hours of the week on the wall clocks of a place. The program in the cluster that keeps runners warm runs this very file
 * with Node alone, which strips its types: it imports nothing, and has nothing that is more than a type.
 */

/** Hours of some days of the week; minutes of the day. What ends before it begins, or at the same time, ends on the next day. */
export interface Hours {
  /** Sunday is 0. */
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
  /** A zone of the IANA database. */
  readonly zone: string;
}

/** How many runners are wanted, and when. */
export interface WarmWindow {
  readonly during: string;
  readonly runners: number;
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAY = 24 * 60;
const WEEK = 7 * DAY;
/** A day without a change of clocks in any zone, on which zones are compared. */
const REFERENCE = new Date("2026-01-14T12:00:00Z");

export const DURING = "days, hours and a time zone, such as mon-fri 07:00-19:00 Europe/Dublin";

/** The hours that a text means, or what is wrong with it. */
export function readHours(text: string): Hours | { readonly wrong: string } {
  const [days = "", hours = "", zone = "", ...rest] = text.split(" ");
  if (rest.length > 0 || zone === "") return { wrong: DURING };
  const onDays = readDays(days);
  if (onDays === undefined) return { wrong: `${DURING}; days are daily, or some of ${DAYS.slice(1).join(", ")} and sun: mon-fri, or mon,wed,sat` };
  const [from, to, ...more] = hours.split("-").map(readTime);
  if (from === undefined || to === undefined || more.length > 0 || from === DAY || from === to) {
    return { wrong: `${DURING}; hours are from 00:00 to 24:00, of two digits each, and may end on the next day, such as 22:00-06:00` };
  }
  if (!isZone(zone)) return { wrong: `${DURING}; a zone is a name of the IANA time zone database, such as Europe/Berlin or UTC` };
  return { days: onDays, from, to, zone };
}

/** As `readHours`, of a text that is known to be right. */
export function hoursOf(text: string): Hours {
  const hours = readHours(text);
  if ("wrong" in hours) throw new Error(`${text}: not ${hours.wrong}`);
  return hours;
}

function readDays(text: string): number[] | undefined {
  if (text === "daily") return DAYS.map((_name, day) => day);
  const found = text.split(",").map((part) => {
    const [first = "", last = first, ...rest] = part.split("-");
    const [from, to] = [DAYS.indexOf(first), DAYS.indexOf(last)];
    if (rest.length > 0 || from < 0 || to < 0) return undefined;
    // `sat-mon` goes round the end of the week.
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_item, i) => (from + i) % 7);
  });
  return found.every((days) => days !== undefined) ? [...new Set(found.flat())].sort() : undefined;
}

function readTime(text: string): number | undefined {
  const [, hour, minute] = /^([0-9]{2}):([0-9]{2})$/.exec(text) ?? [];
  const minutes = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && minutes <= DAY ? minutes : undefined;
}

function isZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return false;
  try {
    clock(name);
    return true;
  } catch {
    return false;
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(zone: string): Intl.DateTimeFormat {
  const known =
    clocks.get(zone) ?? new Intl.DateTimeFormat("en-US", { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  clocks.set(zone, known);
  return known;
}

/** What the clocks of a zone show: the day of the week and the minute of the day. */
function wallClock(zone: string, at: Date): { readonly day: number; readonly minute: number } {
  const parts = Object.fromEntries(clock(zone).formatToParts(at).map(({ type, value }) => [type, value]));
  return { day: DAYS.indexOf(parts.weekday!.toLowerCase()), minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

/** Whether a moment is within the hours, by the wall clock: what a change of clocks leaves out is not there, what it repeats counts twice. */
export function isWithin({ days, from, to, zone }: Hours, at: Date): boolean {
  const { day, minute } = wallClock(zone, at);
  if (from < to) return days.includes(day) && minute >= from && minute < to;
  return (days.includes(day) && minute >= from) || (days.includes((day + 6) % 7) && minute < to);
}

/** How many runners are wanted at a moment: of windows that overlap the largest number holds. */
export const wantedAt = (windows: readonly WarmWindow[], at: Date): number =>
  Math.max(0, ...windows.filter(({ during }) => isWithin(hoursOf(during), at)).map(({ runners }) => runners));

/** How many are kept at a moment: as many as the hours say, while the runners that are there leave room for more. */
export const keptAt = ({ warm, most }: { readonly warm: readonly WarmWindow[]; readonly most: number }, runners: number, at: Date): number =>
  Math.max(0, Math.min(wantedAt(warm, at), most - runners));

/** The largest number that is ever wanted. */
export const mostWanted = (windows: readonly WarmWindow[]): number => Math.max(0, ...windows.map(({ runners }) => runners));

/**
 * For how many hours of a week each number of runners is wanted, the largest number first. Of zones that differ, with the
 * distance that they have in January.
 */
export function weeklyHours(windows: readonly WarmWindow[]): { readonly runners: number; readonly hours: number }[] {
  const wanted = new Array<number>(WEEK).fill(0);
  for (const { during, runners } of windows) {
    const { days, from, to, zone } = hoursOf(during);
    const length = from < to ? to - from : to - from + DAY;
    const ahead = weekMinute(zone) - weekMinute("UTC");
    for (const day of days) {
      for (let minute = 0; minute < length; minute++) {
        const at = (((day * DAY + from + minute - ahead) % WEEK) + WEEK) % WEEK;
        wanted[at] = Math.max(wanted[at]!, runners);
      }
    }
  }
  const levels = [...new Set(wanted)].filter((runners) => runners > 0).sort((a, b) => b - a);
  return levels.map((runners) => ({ runners, hours: wanted.filter((one) => one === runners).length / 60 }));
}

function weekMinute(zone: string): number {
  const { day, minute } = wallClock(zone, REFERENCE);
  return day * DAY + minute;
}
