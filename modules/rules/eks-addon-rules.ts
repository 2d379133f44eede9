import { addonConfiguration, prefixDelegation } from "../config/cluster";
import { ADDON_ENVIRONMENT } from "../facts/vpc-cni";
import { didYouMean } from "../config/did-you-mean";
import { EKS_ADDONS, type EksAddonName } from "../facts/versions";
import { isObject } from "../config/objects";
import { type Path, type Rule, ToldRule } from "./rule";

const RECKONED = "nothing: placement reckons with this DaemonSet as AWS delivers it, and runners would be planned where there is no room";
const EVERYWHERE = "nothing: it must run on every node";
const PLACED = "nothing: where it runs follows from cluster.supportNodes";

/** Settings of add-ons that must stay as they are: by the add-on, the place in its configuration, and what instead. */
const KEPT: Readonly<Record<EksAddonName, Readonly<Record<string, string>>>> = {
  "vpc-cni": {
    "env.ADDITIONAL_ENI_TAGS": "`tags` of the whole installation, which the stack gives to vpc-cni",
    "env.ENABLE_PREFIX_DELEGATION": "prefixDelegation beside configuration, by which placement and addresses are reckoned",
    "env.ENABLE_IPv6": "nothing: the cluster is IPv4",
    "env.ENABLE_IPv4": "nothing: the cluster is IPv4",
    "env.AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "nothing: pods in subnets of their own take an interface from each node, which neither placement nor the node pool reckons with",
    "env.ENABLE_POD_ENI": "nothing: security groups for pods take an interface from each node, which neither placement nor the node pool reckons with",
    eniConfig: "nothing: pods are in the subnets of their nodes",
    resources: RECKONED,
    "init.resources": RECKONED,
    "nodeAgent.resources": RECKONED,
    tolerations: EVERYWHERE,
    nodeSelector: EVERYWHERE,
    affinity: EVERYWHERE,
  },
  "kube-proxy": { resources: RECKONED, tolerations: EVERYWHERE, nodeSelector: EVERYWHERE, affinity: EVERYWHERE },
  "eks-pod-identity-agent": { resources: RECKONED, tolerations: EVERYWHERE, nodeSelector: EVERYWHERE, affinity: EVERYWHERE },
  coredns: { tolerations: PLACED },
  "aws-ebs-csi-driver": { "controller.tolerations": PLACED, "node.tolerations": PLACED, "node.tolerateAllTaints": "nothing: on runner nodes it would only take room from jobs" },
};

const configurations: Rule = ({ cluster }, { clean, refuse }) => {
  if (!clean("cluster")) return;
  for (const name of EKS_ADDONS) {
    const given = addonConfiguration(cluster, name);
    const at: Path = ["cluster", "addons", name, "configuration"];
    for (const [place, instead] of Object.entries(KEPT[name])) {
      const found = lookUp(given, place.split("."));
      if (found !== undefined) refuse([...at, ...place.split(".")], found, instead);
    }
  }
  const { env } = addonConfiguration(cluster, "vpc-cni");
  if (env === undefined) return;
  const path: Path = ["cluster", "addons", "vpc-cni", "configuration", "env"];
  if (!isObject(env)) {
    refuse(path, env, "a map of variables");
    return;
  }
  for (const [key, value] of Object.entries(env as object)) {
    if (!ADDON_ENVIRONMENT.includes(key)) refuse([...path, key], value, `a variable that vpc-cni has${didYouMean(key, ADDON_ENVIRONMENT)}`);
    else if (typeof value !== "string") refuse([...path, key], value, "text, in quotes: EKS takes nothing else for a variable");
  }
  const { WARM_PREFIX_TARGET: warm } = env as Record<string, unknown>;
  if (warm !== undefined && !prefixDelegation(cluster)) refuse([...path, "WARM_PREFIX_TARGET"], warm, "nothing without prefixDelegation: true");
};

const lookUp = (value: unknown, [key, ...rest]: readonly string[]): unknown =>
  key === undefined ? value : isObject(value) ? lookUp(value[key], rest) : undefined;

export const eksAddonRules: readonly ToldRule[] = [
  { check: configurations, says: ["`cluster.addons.<name>.configuration` leaves alone what placement, addresses and tags of this project rely on; variables of vpc-cni are those that it has."] },
];
