import { isGuest } from "../config/cluster";
import { seconds } from "../config/fields/quantities";
import { mostWanted, type WarmWindow } from "../config/fields/hours";
import { isAutoscaled, type AutoscaledFleet, type FleetConfig } from "../config/fleet";
import { mostRunners, type RunnerConfig } from "../config/runners";
import type { Config } from "../config/schema";
import { runnerDeploymentName } from "./runner-names";

/**
 * Runners that are kept warm: pods that only hold room, one Deployment for each size, and a clock that says how many. What
 * both, placement and commands must say alike about them is here.
 */

/** The sizes of a fleet that are kept warm at some time. Nodes that stay are warm anyway. */
export const warmSizes = (fleet: FleetConfig): readonly RunnerConfig[] => (isAutoscaled(fleet) ? fleet.runners.filter(({ warm }) => warm.length > 0) : []);

export const isWarm = (fleet: FleetConfig): fleet is AutoscaledFleet => warmSizes(fleet).length > 0;

/** The most runners of a size that are ever kept warm. */
export const mostWarm = ({ warm }: RunnerConfig): number => mostWanted(warm);

/**
 * Below every runner (0), so that the scheduler puts a placeholder out when a runner finds no room otherwise; it never puts
 * anything out itself.
 */
export const WARM_PRIORITY_CLASS = { name: "dagger-warm", value: -10 } as const;
/** The name of an installation's class; a cluster has one of each name. */
export const warmPriorityClass = ({ name, cluster }: Pick<Config, "name" | "cluster">): string =>
  isGuest(cluster) ? `${WARM_PRIORITY_CLASS.name}-${name}` : WARM_PRIORITY_CLASS.name;

/** Label of placeholders and their Deployments, with the size as value. */
export const WARM_LABEL = "dagger-ci/warm";
/** Annotation of the Deployments: what the clock goes by, as JSON. */
export const WARM_ANNOTATION = "dagger-ci/warm";
export const warmDeployment = ({ name }: Pick<RunnerConfig, "name">): string => `warm-${name}`;

/** What the annotation says. The program in `modules/dagger/warm-clock` reads it. */
export interface WarmOrder {
  readonly warm: readonly WarmWindow[];
  /** The most runners of the size: who has them all needs no room for more. */
  readonly most: number;
  /** Labels of the size's runner pods. */
  readonly pods: Readonly<Record<string, string>>;
  /** Seconds between two times at which placeholders that stand apart are put together. */
  readonly packEvery: number;
}

export const warmOrder = ({ nodes }: AutoscaledFleet, runner: RunnerConfig): WarmOrder => ({
  warm: runner.warm,
  most: mostRunners(runner),
  pods: runnerPodLabels(runner),
  packEvery: Math.max(LEAST_PACK_SECONDS, seconds(nodes.idleAfter)),
});

const LEAST_PACK_SECONDS = 300;

/** By which label ARC's controllers tell the pods of a size from others (resourcebuilder.go, runnerdeployment_controller.go). */
const runnerPodLabels = (runner: RunnerConfig) =>
  runner.kind === "scale-set" ? { "actions.github.com/scale-set-name": runner.runsOn } : { "runner-deployment-name": runnerDeploymentName(runner) };

/** The clock: its Deployment, service account, role and ConfigMap, in the namespace of its fleet. */
export const WARM_CLOCK = "warm-clock";
/** What the clock's pod requests. */
export const CLOCK_REQUESTS = { cpu: "10m", memory: "64Mi" } as const;
