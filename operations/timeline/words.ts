import { duration } from "../duration";
import type { Segment } from "./path";
import type { Pull } from "./pulls";
import type { Timeline } from "./timelines";

/** When a segment ended. */
export function endOf({ start, segments }: Timeline["path"], segment: Segment): number {
  return segments.slice(0, segments.indexOf(segment) + 1).reduce((at, { seconds }) => at + seconds, start);
}

/** What a workflow calls it, as far as it is known. */
export function nameOf({ repository, run, job }: Timeline["job"]): string {
  return [repository, run, job].filter((part) => part !== undefined).join(" ") || "no job yet";
}

export const totalText = ({ state, seconds }: Timeline["path"]): string => (state === "has begun" ? span(seconds) : `${span(seconds)}, ${state}`);

export function pullText({ container, image, seconds, waited, bytes }: Pull): string {
  const size = bytes === undefined ? "" : `, ${(bytes / 1e6).toFixed(0)} MB`;
  const how = waited === 0 ? "was on the node" : `pulled in ${seconds.toFixed(1)} s${waited > seconds ? `, ${waited.toFixed(1)} s with waiting` : ""}${size}`;
  return `${container}: ${image} ${how}`;
}

export const span = (seconds: number): string => duration(seconds);
export const utc = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
