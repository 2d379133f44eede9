import type { FleetConfig } from "../config/fleet";
import { mostRunners } from "../config/runners";
import { mostWarm, warmSizes } from "../contract/warm";
import { placement } from "./placement";

/** Addresses of a prefix, which vpc-cni takes at a time with prefix delegation: a /28. */
const PREFIX = 16;
/** Addresses of every subnet that AWS keeps. */
export const RESERVED_ADDRESSES = 5;
/** Pods of add-ons and controllers on support nodes that have an address each: CoreDNS, the EBS driver, Karpenter, ARC. */
const CONTROLLERS = 8;

/**
 * The fewest addresses that a VPC must have for all runners that there may be: one for each runner, two for each node (its own
 * and its engine's), and those of the support nodes, controllers and listeners. Addresses that the VPC CNI keeps warm come
 * on top, so that somewhat more than this is wise. With prefix delegation (`prefixes`) a node takes sixteen at a time.
 */
export const mostAddresses = (fleets: readonly FleetConfig[], supportNodes: number, prefixes = false): number =>
  fleets.reduce((sum, fleet) => sum + ofFleet(fleet, prefixes), supportNodes + CONTROLLERS);

function ofFleet(fleet: FleetConfig, prefixes: boolean): number {
  const { busiestEngine, vcpuBound } = placement(fleet);
  if (busiestEngine === undefined) return 0;
  const { runners, type } = busiestEngine;
  const nodesBound = Math.max(1, Math.floor(vcpuBound / type.vcpu));
  // A placeholder has an address, too, until the clock sees that all runners are there.
  const warm = warmSizes(fleet).reduce((sum, runner) => sum + mostWarm(runner), 0);
  const wanted = fleet.runners.reduce((sum, runner) => sum + mostRunners(runner), warm);
  const most = Math.min(wanted, nodesBound * runners);
  const listeners = fleet.runners.filter(({ kind }) => kind === "scale-set").length;
  const nodes = Math.ceil(most / runners);
  if (!prefixes) return most + 2 * nodes + listeners;
  // Its own, and whole prefixes for the engine and its runners, with one kept warm.
  return nodes * (1 + PREFIX * (Math.ceil((1 + Math.min(runners, most)) / PREFIX) + 1)) + listeners;
}
