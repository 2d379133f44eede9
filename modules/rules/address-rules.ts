import { Address4 } from "ip-address";
import { prefixDelegation } from "../config/cluster";
import { overlaps, within } from "../config/fields/ranges";
import { addressPlan, mostZones } from "../placement/address-plan";
import { mostAddresses, RESERVED_ADDRESSES } from "../placement/addresses";
import type { Path, Rule, ToldRule } from "./rule";

/** The network of build containers inside every Dagger Engine (`--network-cidr`, bridge `dagger0`). */
export const ENGINE_CIDR = "10.87.0.0/16";
/** The network of dockerd's own bridge `docker0`, its default. */
const DOCKER_CIDR = "172.17.0.0/16";
/** RFC 1918: what EKS takes for services. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
/** What nobody on the internet has: RFC 1918, carriers' shared range (RFC 6598), benchmarks' (RFC 2544). */
const NOBODYS = [...PRIVATE, "100.64.0.0/10", "198.18.0.0/15"];
/** What never is an address of the internet: these, this network, loopback, link-local, multicast, and above. */
const NOT_PUBLIC = [...NOBODYS, "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"];
/** Most ranges of a public endpoint (EKS's quota; it cannot be raised). */
const MOST_PUBLIC_CIDRS = 40;

const ranges: Rule = ({ network, cluster }, { clean, refuse, fleets }) => {
  const own: [string, Path, string][] = [];
  if (clean("network", "cidr") && network.mode === "new") own.push(["network.cidr", ["network", "cidr"], network.cidr]);
  if (clean("cluster", "serviceCidr") && cluster.mode === "new") {
    own.push(["cluster.serviceCidr", ["cluster", "serviceCidr"], cluster.serviceCidr]);
  }
  const docker = fleets.some(({ fleet }) => fleet.runners.some((runner) => runner.docker));
  for (const [name, path, range] of own) {
    const allowed = name === "network.cidr" ? NOBODYS : PRIVATE;
    if (!within(range, allowed)) {
      refuse(path, range, `a range inside ${allowed.join(", ")}: others are not yours, or AWS takes none of them`);
    }
    if (overlaps(range, ENGINE_CIDR)) refuse(path, range, `a range apart from the Dagger Engine's own ${ENGINE_CIDR}`);
    if (docker && overlaps(range, DOCKER_CIDR)) {
      refuse(path, range, `a range apart from ${DOCKER_CIDR}, which dockerd takes for itself in runners with docker: true`);
    }
  }
  const [vpc, services] = own;
  if (vpc && services && overlaps(vpc[2], services[2])) {
    refuse(services[1], services[2], `a range apart from ${vpc[0]}, which is ${vpc[2]}`);
  }
};

const publicEndpoint: Rule = ({ cluster }, { clean, refuse }) => {
  if (!clean("cluster", "endpoint") || cluster.mode !== "new") return;
  const { publicCidrs, openToInternet } = cluster.endpoint;
  const path = ["cluster", "endpoint", "publicCidrs"];
  if (publicCidrs.length > MOST_PUBLIC_CIDRS) refuse(path, `${publicCidrs.length} ranges`, `at most ${MOST_PUBLIC_CIDRS}, which is EKS's limit`);
  publicCidrs.forEach((range, i) => {
    if (within(range, NOT_PUBLIC)) refuse([...path, i], range, "an address range of the internet; from inside the VPC the private endpoint is always there");
  });
  if (openToInternet) return;
  const whole = publicCidrs.filter((range) => range.endsWith("/0"));
  const allowed = "the ranges of your offices and CI; for the whole internet, set cluster.endpoint.openToInternet: true as well";
  if (whole.length > 0) refuse([...path, publicCidrs.indexOf(whole[0]!)], whole[0], allowed);
  else if (covered(publicCidrs) >= 2 ** 30) refuse(path, publicCidrs, allowed);
};

/** How many addresses some ranges have together, each counted once. */
function covered(cidrs: readonly string[]): number {
  const spans = cidrs
    .map((cidr) => new Address4(cidr))
    .map((range) => [Number(range.startAddress().bigInt()), Number(range.endAddress().bigInt()) + 1] as const)
    .sort(([a], [b]) => a - b);
  let end = 0;
  let sum = 0;
  for (const [first, after] of spans) {
    sum += Math.max(0, after - Math.max(first, end));
    end = Math.max(end, after);
  }
  return sum;
}

/** A small VPC has room for fewer zones, and perhaps not for all pods that there may be. */
const room: Rule = ({ network, cluster }, { clean, refuse, fleets }) => {
  if (!clean("network") || network.mode !== "new") return;
  const zones = network.availabilityZones;
  const count = typeof zones === "number" ? zones : zones.length;
  if (count > mostZones(network.cidr)) {
    refuse(["network", "cidr"], network.cidr, `a larger range for ${count} zones: this one has public and intra subnets for ${mostZones(network.cidr)}`);
    return;
  }
  const size = 2 ** (32 - new Address4(addressPlan(network.cidr, 1).private[0]!).subnetMask) - RESERVED_ADDRESSES;
  const has = size * count;
  const needs = mostAddresses(fleets.map(({ fleet }) => fleet), clean("cluster") && cluster.mode === "new" ? cluster.supportNodes.count : 0, clean("cluster") && prefixDelegation(cluster));
  if (needs <= has) return;
  refuse(
    ["network", "cidr"],
    network.cidr,
    `a larger range: pods and nodes of all fleets take ${needs} addresses at most, and its ${count} private subnets have ${has}`,
  );
};

export const addressRules: readonly ToldRule[] = [
  { check: ranges, says: ["`network.cidr` and `cluster.serviceCidr` are private ranges that overlap neither each other, nor 10.87.0.0/16 (Dagger's own network), nor, with `docker`, 172.17.0.0/16."] },
  { check: publicEndpoint, says: ["`cluster.endpoint.publicCidrs` has at most 40 ranges of the internet, and not a quarter of it without `openToInternet`."] },
  { check: room, says: ["`network.cidr` has subnets for all zones, and addresses for the most pods and nodes that the fleets may have."] },
];
