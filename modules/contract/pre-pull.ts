import { isAutoscaled, type AutoscaledFleet, type FleetConfig } from "../config/fleet";

/** DaemonSet, in a fleet's namespace, whose pods have the images of its runners pulled as soon as a node is there. */
export const PRE_PULL = "runner-images";

/** Nodes that stay have pulled them long ago. */
export const prePulls = (fleet: FleetConfig): fleet is AutoscaledFleet => isAutoscaled(fleet) && fleet.nodes.prePullImages;
