import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { literal, type Standing } from "../cdktf/standing";
import type { NewNetworkConfig } from "../config/network";
import { frozen } from "../contract/frozen";
import { ZONES_WITHOUT_EKS } from "../facts/regions";

/** The zone of a subnet for which none is left. No such plan is ever applied. */
const NO_ZONE = "none";

/**
 * Gives each subnet a zone of its own. Subnets have numbers, not zones, in their addresses, because the names of zones
 * that are only counted are unknown at synth; so each takes the first zone that none before it stands in. For a subnet
 * that stands nothing is asked: neither another order nor a zone that AWS adds moves it.
 *
 * @example
 * const zones = new Zones(stack, "zones", "eu-west-1", { ...config.network, availabilityZones: 3 });
 */
export class Zones extends Construct {
  readonly count: number;
  /** Conditions on the subnet whose zone this gives. */
  readonly conditions: readonly Standing[];
  private readonly candidates: string[];

  constructor(scope: Construct, id: string, region: string, { availabilityZones: wanted }: NewNetworkConfig) {
    super(scope, id);
    if (typeof wanted !== "number") {
      this.count = wanted.length;
      this.candidates = [...wanted];
      this.conditions = [
        {
          holds: `contains(${literal(wanted)}, self.availability_zone)`,
          sentence: frozen.zone("${self.availability_zone}"),
        },
      ];
      return;
    }
    this.count = wanted;
    // Not Fn.element alone: it begins again at the end of a list, and would put two subnets into one zone.
    const { names } = new DataAwsAvailabilityZones(this, "zones", {
      state: "available",
      excludeZoneIds: [...ZONES_WITHOUT_EKS],
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
    this.candidates = names;
    this.conditions = [
      {
        holds: `self.availability_zone != ${literal(NO_ZONE)}`,
        sentence: `network.availabilityZones is ${wanted}, but in ${region} this account has ${Fn.lengthOf(names)} where EKS runs: ${Fn.join(", ", names)}. Ask for no more than that.`,
      },
    ];
  }

  /** The first zone that is not taken, in alphabetical order. */
  next(taken: readonly string[]): string {
    const free = taken.length === 0 ? this.candidates : Fn.setsubtract(this.candidates, [...taken]);
    return Fn.element(Fn.concat([Fn.sort(free), [NO_ZONE]]), 0) as string;
  }
}
