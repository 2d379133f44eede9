import { didYouMean } from "../config/did-you-mean";
import { mayBeNewRegion, regionNames, regionOf } from "../facts/regions";
import type { Rule, ToldRule } from "./rule";

/** A region must be one that AWS has, or may have by now. */
const regions: Rule = ({ region, state }, { clean, refuse }) => {
  const check = (path: readonly string[], name: string) => {
    if (regionOf(name) !== undefined || mayBeNewRegion(name)) return;
    refuse(path, name, `an AWS region${didYouMean(name, regionNames) || ", such as eu-west-1"}`);
  };
  if (clean("region")) check(["region"], region);
  if (clean("state") && state.type === "s3" && state.region !== undefined) check(["state", "region"], state.region);
};

const zones: Rule = ({ region, network }, { clean, refuse }) => {
  if (!clean("region") || !clean("network") || network.mode !== "new") return;
  const asked = network.availabilityZones;
  const most = regionOf(region)?.zones;
  const path = ["network", "availabilityZones"];
  if (most !== undefined && (typeof asked === "number" ? asked : new Set(asked).size) > most) {
    refuse(path, asked, `at most ${most}: EKS takes subnets in ${most} zones of ${region}`);
  }
  if (typeof asked === "number") return;
  asked.forEach((zone, i) => {
    if (!zone.startsWith(region)) refuse([...path, i], zone, `a zone of the region ${region}`);
    else if (zone.length !== region.length + 1) refuse([...path, i], zone, `a zone of the region ${region}, such as ${region}a`);
    if (asked.indexOf(zone) < i) refuse([...path, i], zone, "each zone once");
  });
};

export const regionRules: readonly ToldRule[] = [
  { check: regions, says: ["`region` and `state.region` are regions of AWS, or may be newer than what is known."] },
  { check: zones, says: ["`network.availabilityZones` are zones of the region, each once, and no more than EKS takes there."] },
];
