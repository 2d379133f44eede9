import { HOURS_PER_MONTH } from "../../modules/placement/units";

/** Something that is paid for. */
export interface CostLine {
  readonly what: string;
  /** How many of it, or of a unit of it. */
  readonly count: number;
  readonly unit: "hour" | "month" | "GB-month";
  /** Of one, in dollars; unset where the price is not known. */
  readonly price?: number;
  /** Hours in a month; unset for what is paid by the month. */
  readonly hours?: number;
  /** In dollars; unset where the price is not known. */
  readonly month?: number;
}

/** What stands all month, or as many hours of it as told. */
export function byTheHour(what: string, count: number, price: number | undefined, hours = HOURS_PER_MONTH): CostLine {
  return { what, count, unit: "hour", hours, ...(price === undefined ? {} : { price, month: cents(count * price * hours) }) };
}

export function byTheMonth(what: string, count: number, price: number | undefined, unit: "month" | "GB-month" = "month"): CostLine {
  return { what, count, unit, ...(price === undefined ? {} : { price, month: cents(count * price) }) };
}

/** The sum of what has a price, and what has none. */
export const total = (lines: readonly CostLine[]) => ({
  month: cents(lines.reduce((sum, { month = 0 }) => sum + month, 0)),
  unknown: lines.filter(({ month }) => month === undefined).map(({ what }) => what),
});

export const cents = (dollars: number): number => Math.round(dollars * 100) / 100;
