import { neededEndpoints } from "../contract/endpoints";
import { imagesOf } from "../contract/images";
import { isMirrored, registryOf } from "../contract/sources";
import { regionOf } from "../facts/regions";
import type { Rule, ToldRule } from "./rule";

/** A proxy is for something. */
const proxyOfSomething: Rule = ({ proxy }, { clean, refuse }) => {
  if (!clean("proxy") || proxy === undefined) return;
  if (proxy.http === undefined && proxy.https === undefined) refuse(["proxy"], proxy, "http or https, or both: the URL of a proxy for each");
};

/** Without NAT, nothing but what the VPC reaches: jobs come from GitHub, images from registries. */
const wayOut: Rule = (config, { clean, refuse, fleets }) => {
  const { network, proxy, github, images } = config;
  if (!clean("network", "nat") || network.mode !== "new" || network.nat !== "none") return;
  if (!clean("proxy")) return;
  if (clean("github") && proxy === undefined && [github, ...fleets.flatMap(({ fleet }) => fleet.github ?? [])].some(({ server }) => server === undefined)) {
    refuse(["network", "nat"], network.nat, "single or per-az; or with none a way to GitHub: proxy, or a github.server that the VPC reaches");
  }
  // Nodes do not get a proxy's credentials.
  if (proxy !== undefined && proxy.secret === undefined) return;
  if (!clean("images") || !clean("versions") || !clean("addons") || fleets.length === 0) return;
  const references = imagesOf({ ...config, fleets: fleets.map(({ fleet }) => fleet) }).map(({ reference }) => reference);
  const missing = [...new Set(references.filter((reference) => !isMirrored(config, reference)).map(registryOf))];
  if (missing.length > 0) {
    refuse(["images"], { mirrors: images.mirrors }, `mirror, or mirrors of ${missing.join(", ")}; or a proxy without credentials: without NAT nodes reach no registry outside (npm run images lists what they pull)`);
  }
};

/** Services that cluster and nodes call, where nothing else leads to them. */
const endpoints: Rule = (config, { clean, refuse }) => {
  const { network, region } = config;
  if (!clean("network") || !clean("region") || network.mode !== "new") return;
  const lacking = regionOf(region)?.withoutEndpoints ?? [];
  const path = ["network", "interfaceEndpoints"];
  network.interfaceEndpoints?.forEach((service, i) => {
    if (lacking.includes(service)) refuse([...path, i], service, `nothing: ${region} has no interface endpoint for ${service}`);
  });
  if (network.nat !== "none" || !clean("addons") || !clean("cluster") || !clean("proxy")) return;
  const needed = neededEndpoints(config);
  const impossible = needed.filter((service) => lacking.includes(service));
  if (impossible.length > 0) {
    refuse(["network", "nat"], network.nat, `single or per-az: nodes and controllers call ${impossible.join(" and ")}, and ${region} has no interface endpoint for it`);
  }
  const missing = needed.filter((service) => network.interfaceEndpoints?.includes(service as never) === false && !impossible.includes(service));
  if (missing.length > 0) {
    refuse(path, network.interfaceEndpoints, `also ${missing.join(", ")}, which nodes and controllers call and reach in no other way without NAT`);
  }
};

export const outwardRules: readonly ToldRule[] = [
  { check: proxyOfSomething, says: ["`proxy` has `http`, `https` or both."] },
  { check: wayOut, says: ["With `network.nat: none` there is a way to each GitHub and to every registry: a proxy, a server that the VPC reaches, mirrors."] },
  { check: endpoints, says: ["With `network.nat: none`, `network.interfaceEndpoints` has all that nodes and controllers call, and the region has them."] },
];
