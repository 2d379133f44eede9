import type { Event } from "../jobs/kinds";

/** An image of a pod. */
export interface Pull {
  readonly container: string;
  readonly image: string;
  /** How long the pull itself took; 0 where the node had the image. */
  readonly seconds: number;
  /** The same with the time that it waited for others. */
  readonly waited: number;
  readonly bytes?: number;
}

const CONTAINER = /\{(.+)\}$/;
/** The kubelet's own sentence (`pkg/kubelet/images/image_manager.go`). */
const PULLED = /^Successfully pulled image "([^"]+)" in (\S+)(?: \((\S+) including waiting\))?(?:\. Image size: (\d+) bytes\.)?/;
const PRESENT = /^Container image "([^"]+)" already present on machine/;

/** What the events of a pod tell of its images. */
export function pullsOf(events: readonly Event[]): Pull[] {
  return events.flatMap(({ reason, message = "", involvedObject }) => {
    const container = CONTAINER.exec(involvedObject.fieldPath ?? "")?.[1];
    if (reason !== "Pulled" || container === undefined) return [];
    const present = PRESENT.exec(message)?.[1];
    if (present !== undefined) return [{ container, image: present, seconds: 0, waited: 0 }];
    const [, image, took = "", all, bytes] = PULLED.exec(message) ?? [];
    if (image === undefined) return [];
    return [{ container, image, seconds: goSeconds(took), waited: goSeconds(all ?? took), ...(bytes === undefined ? {} : { bytes: Number(bytes) }) }];
  });
}

/** Seconds of a duration as Go writes it, such as `1m2.5s` or `345ms`. */
const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, µs: 1e-6, ns: 1e-9 };
function goSeconds(duration: string): number {
  const all = [...duration.matchAll(/([\d.]+)(ms|µs|ns|h|m|s)/g)];
  return Math.round(all.reduce((sum, [, value, unit]) => sum + Number(value) * UNITS[unit!]!, 0) * 1000) / 1000;
}
