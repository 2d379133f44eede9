import { isAutoscaled } from "../config/fleet";
import type { Config } from "../config/schema";
import { fleetContract, RAID_MOUNT } from "../contract/fleet-contract";
import { isSeeded, SEED_ACCOUNT } from "../contract/seed";

/** Five characters of Kubernetes' alphabet without vowels, which it makes names with. */
const RANDOM = "[bcdfghjklmnpqrstvwxz2456789]{5}";

/**
 * The metrics of a scale set's listener. Their label `name` is that of the set's EphemeralRunnerSet (cmd/ghalistener/main.go
 * of ARC), which Kubernetes makes from the set's name by adding five characters; so neither the set's name alone, nor that
 * of a set `<name>-large`, is meant.
 */
export const ofSet = (metric: string, runsOn: string) => `${metric}{name=~"${runsOn}-${RANDOM}"}`;

const anyOf = (names: readonly string[]) => names.join("|");

/** Which series are of this installation, as selectors without braces; empty where it has none. */
export function selectors({ fleets }: Config) {
  const sizes = fleets.flatMap(({ runners }) => runners.filter(({ kind }) => kind === "scale-set").map(({ runsOn }) => runsOn));
  const pools = fleets.filter(isAutoscaled).map(({ inCluster }) => inCluster);
  const seeded = fleets.filter(isSeeded).map(({ namespace }) => namespace);
  const inNamespaces = `namespace=~"${anyOf([...new Set(fleets.map(({ namespace }) => namespace))])}"`;
  const ofSizes = (selector: string) => (sizes.length === 0 ? "" : selector);
  return {
    /** Gauges of listeners, by the name of their set. */
    sets: ofSizes(`name=~"(${anyOf(sizes)})-${RANDOM}"`),
    /** Counters and histograms of listeners do not have the name of their set; that of their pod begins with it. */
    listeners: ofSizes(`pod=~"(${anyOf(sizes)})-[0-9a-f]+-listener"`),
    runners: ofSizes(`${inNamespaces}, pod=~"(${anyOf(sizes)})-${RANDOM}-runner-${RANDOM}"`),
    engines: `${inNamespaces}, daemonset=~"${anyOf(fleets.map((fleet) => fleetContract(fleet).engineDaemonSet))}"`,
    enginePods: inNamespaces,
    nodePools: pools.length === 0 ? "" : `nodepool=~"${anyOf(pools)}"`,
    cacheDisks: `mountpoint="${RAID_MOUNT}"`,
    seeds: seeded.length === 0 ? "" : `namespace=~"${anyOf(seeded)}", pod=~"${SEED_ACCOUNT}-${RANDOM}"`,
  };
}
