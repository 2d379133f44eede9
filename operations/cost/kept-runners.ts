import type { FleetConfig } from "../../modules/config/fleet";
import { warmSizes } from "../../modules/contract/warm";
import { HOURS_PER_MONTH } from "../../modules/placement/units";
import { warmHours } from "../../modules/placement/warm";

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
export const keptRunners = (fleet: FleetConfig): readonly KeptRunners[] =>
  fleet.runners.flatMap((runner, size) => {
    const least = runner.kind === "scale-set" ? runner.min : runner.scaling.mode === "fixed" ? runner.scaling.replicas : runner.scaling.min;
    const warm = warmSizes(fleet).includes(runner) ? warmHours(runner) : [];
    return [
      ...(least > 0 ? [{ size, runners: least, hours: HOURS_PER_MONTH, why: `${least} idle runners of ${runner.name}` }] : []),
      ...warm.map(({ runners, hoursPerMonth }) => ({ size, runners, hours: hoursPerMonth, why: `${runners} warm runners of ${runner.name}` })),
    ];
  });
