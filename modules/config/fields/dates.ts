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

const endsInDay = (value: string) => {
  const [, year = "", month = "", date = ""] = /(\d{4})(\d{2})(\d{2})$/.exec(value) ?? [];
  return isDay(year, month, date);
};

/** Karpenter's alias of an AMI: family and release. Amazon Linux 2023 alone makes an array of the disks as the engine needs it. */
export const amiAlias = () => z.string({ error: AMI }).refine((value) => /^al2023@v[0-9]{8}$/.test(value) && endsInDay(value), { error: AMI });
const AMI = "an alias such as al2023@v20260724";

/** AMI release of a node group. */
export const amiRelease = () =>
  z.string({ error: RELEASE }).refine((value) => /^1\.[0-9]{2}\.[0-9]+-[0-9]{8}$/.test(value) && endsInDay(value), { error: RELEASE });
const RELEASE = "an AMI release such as 1.35.6-20260818";
