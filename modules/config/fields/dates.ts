import { z } from "zod";

/** Whether eight digits are a day of the calendar, in this century. */
export function isDay(year: string, month: string, day: string): boolean {
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return year.startsWith("20") && !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === `${year}-${month}-${day}`;
}

/** A day of the calendar as `2026-10-08`. */
export const day = () =>
  z.string({ error: DAY }).refine((value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && isDay(...(value.split("-") as [string, string, string])), {
    error: DAY,
  });
const DAY = "a day of the calendar such as 2026-10-08";

/** Whether a text ends in the eight digits of a day. */
export const endsInDay = (value: string) => {
  const [, year = "", month = "", date = ""] = /(\d{4})(\d{2})(\d{2})$/.exec(value) ?? [];
  return isDay(year, month, date);
};

/** AMI release of a node group. */
export const amiRelease = () =>
  z.string({ error: RELEASE }).refine((value) => /^1\.[0-9]{2}\.[0-9]+-[0-9]{8}$/.test(value) && endsInDay(value), { error: RELEASE });
const RELEASE = "an AMI release such as 1.35.6-20260818";
