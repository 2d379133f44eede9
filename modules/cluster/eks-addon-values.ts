import { addonConfiguration, prefixDelegation, type ClusterConfig } from "../config/cluster";
import { isObject, mergeMaps } from "../config/objects";
import type { EksAddonName } from "../facts/versions";
import { SUPPORT_TOLERATION } from "../contract/support-contract";

type Values = Readonly<Record<string, unknown>>;

/** Tolerations given to an add-on replace its own, so these are complete lists. */
const OURS: Partial<Record<EksAddonName, Values>> = {
  coredns: { tolerations: [SUPPORT_TOLERATION] },
  "aws-ebs-csi-driver": {
    controller: { tolerations: [SUPPORT_TOLERATION] },
    // Runner nodes keep everything on their own disks; a driver there would only take room from jobs.
    node: { tolerateAllTaints: false, tolerations: [SUPPORT_TOLERATION] },
  },
};

/** vpc-cni ignores tags with this in their key, which it sets itself (its README). */
const CNI_OWN_TAG = "k8s.amazonaws.com";

/**
 * The configuration of an EKS add-on: what it needs in this cluster, and what the file says besides. An add-on without any
 * has none at all, so that whatever somebody set by hand stays.
 */
export function eksAddonValues(cluster: ClusterConfig, tags: Readonly<Record<string, string>>, name: EksAddonName): Values | undefined {
  const values = merged(merged(OURS[name] ?? {}, name === "vpc-cni" ? cniValues(cluster, tags) : {}), addonConfiguration(cluster, name));
  return Object.keys(values).length > 0 ? values : undefined;
}

function cniValues(cluster: ClusterConfig, tags: Readonly<Record<string, string>>): Values {
  // It makes interfaces itself, on which no launch template puts a tag.
  const given = Object.fromEntries(Object.entries(tags).filter(([key]) => !key.includes(CNI_OWN_TAG)));
  const env = {
    ...(Object.keys(given).length > 0 ? { ADDITIONAL_ENI_TAGS: JSON.stringify(given) } : {}),
    ...(prefixDelegation(cluster) ? { ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1" } : {}),
  };
  return Object.keys(env).length > 0 ? { env } : {};
}

/** Maps one in another; of anything else the second. */
const merged = (first: Values, second: Values): Values => mergeMaps(first, second, (own, value) => (isObject(own) && isObject(value) ? merged(own, value) : value));
