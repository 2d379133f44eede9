import type { AutoscaledFleet } from "../../modules/config/fleet";
import type { KubeObject } from "../cluster/objects";

/** A runner size as it was rendered. */
export interface Size {
  readonly name: string;
  readonly pod: KubeObject;
}
/** A fleet with what the dagger stack renders for it. */
export type RenderedFleet = AutoscaledFleet & {
  readonly nodeClass: KubeObject;
  readonly nodePool: KubeObject;
  readonly allowedTypes: readonly string[];
  readonly daemonSet: KubeObject;
  /** What restores and publishes its cache; none without `seed`. */
  readonly seeds: readonly KubeObject[];
  readonly sizes: readonly Size[];
};
export interface Rendered {
  readonly priorityClass: KubeObject;
  readonly fleets: readonly RenderedFleet[];
}
/** Settings of a configuration file before they are checked, as a proof changes them. */
export interface Settings {
  versions?: Record<string, unknown>;
  readonly fleets: readonly { nodes?: object; runners?: object[] }[];
}
export type Render = (file: string, change?: (settings: Settings) => void) => Rendered;
