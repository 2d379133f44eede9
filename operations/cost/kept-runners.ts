import type { FleetConfig } from "../../modules/config/fleet";
import { HOURS_PER_MONTH } from "../../modules/placement/units";

/** Runners of a size for which nodes stand while no job queues. */
export interface KeptRunners {
  /** The size, as an index of the fleet's runners. */
  readonly size: number;
  readonly runners: number;
  /** Hours of a month. */
  readonly hours: number;
  /** Why they are kept. */
  readonly why: string;
}

/** What a fleet keeps ready. */
export const keptRunners = ({ runners }: FleetConfig): readonly KeptRunners[] =>
  runners.flatMap((runner, size) => {
    const least = runner.kind === "scale-set" ? runner.min : runner.scaling.mode === "fixed" ? runner.scaling.replicas : runner.scaling.min;
    return least > 0 ? [{ size, runners: least, hours: HOURS_PER_MONTH, why: `${least} idle runners of ${runner.name}` }] : [];
  });
