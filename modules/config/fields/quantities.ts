import { z } from "zod";
import { quoted } from "./text";

const DURATION = "a duration such as 90s, 10m, 168h or 1h30m";
/** Go counts nanoseconds in 64 bits: 2,562,047 hours and no more. */
const LONGEST_HOURS = 2_562_047;
const durationOf = (allowed: string, pattern: RegExp) =>
  z.string({ error: quoted(allowed) }).refine((value) => pattern.test(value) && seconds(value) <= LONGEST_HOURS * 3600, {
    error: allowed,
  });

/** A Go duration in the units that Karpenter's CRDs accept and people read: `30m`, `168h`, `1h30m`. */
export const duration = () => durationOf(DURATION, /^(?=.)([1-9][0-9]*h)?([1-9][0-9]*m)?([1-9][0-9]*s)?$/);

/** A duration, or Karpenter's word for an end that never comes. */
export const durationOrNever = () =>
  durationOf(`${DURATION}, or Never`, /^(?:(?=.)([1-9][0-9]*h)?([1-9][0-9]*m)?([1-9][0-9]*s)?|Never)$/);

/** How long a budget of Karpenter holds: its CRD knows no seconds there. */
export const hoursAndMinutes = () =>
  durationOf("a duration of hours and minutes such as 12h or 8h30m", /^(?=.)([1-9][0-9]*h)?([1-9][0-9]*m)?$/);

const BYTES = "a quantity such as 512Mi, 8Gi, 1Ti or 8G";
/** A Kubernetes quantity of bytes, in binary units (Mi, Gi, Ti) or decimal ones (M, G, T). */
export const bytes = () => z.string({ error: BYTES }).regex(/^[1-9][0-9]*(Mi|Gi|Ti|M|G|T)$/, { error: BYTES });

const CORES = { least: 0.1, most: 192, step: 0.1 };
const CORES_TEXT = `a number of cores such as 2 or 0.5, from ${CORES.least} to ${CORES.most}, in steps of a tenth`;
/** CPU in cores, in steps of a tenth. */
export const cores = () =>
  z.number({ error: ({ input }) => (typeof input === "number" ? CORES_TEXT : "a number of cores, without quotes") }).min(CORES.least, { abort: true }).max(CORES.most, { abort: true }).multipleOf(CORES.step);

/** CPU in cores; in quotes, too, as Dagger's guide and Kubernetes' own examples write it. */
export const coresOrText = () =>
  z.union(
    [cores(), z.string().regex(/^(?:[1-9][0-9]*(?:\.[0-9])?|0\.[1-9])$/).transform(Number).pipe(cores())],
    { error: CORES_TEXT },
  );

/** Seconds of a `duration()`. */
export function seconds(value: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1 };
  return [...value.matchAll(/([0-9]+)([hms])/g)].reduce((sum, [, n, unit]) => sum + Number(n) * (units[unit!] ?? 0), 0);
}

/** MiB of a `bytes()` quantity. */
export function mebibytes(value: string): number {
  const mib = 1024 * 1024;
  const units: Record<string, number> = { Mi: 1, Gi: 1024, Ti: mib, M: 1e6 / mib, G: 1e9 / mib, T: 1e12 / mib };
  const [, amount, unit] = /^([0-9]+)([MGT]i?)$/.exec(value) ?? [];
  return Number(amount) * (units[unit!] ?? NaN);
}
