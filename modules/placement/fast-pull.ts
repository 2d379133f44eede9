import { isAmiAlias } from "../config/fields/ami";
import type { NodesConfig } from "../config/nodes";
import { fastPullPart, proxyPart, type UserDataPart } from "../contract/node-user-data";
import { candidates } from "./candidates";

/**
 * Whether nodes pull images in parallel. By default where it is known to work, and gains: on nodes that come and go, with EKS's
 * own AMI, and with what is unpacked on the array, since below 600 MiB/s of disk it may take longer than before (nodeadm's
 * doc/examples.md). What pulls then does not read containerd's mirrors, so not where containerd has settings of the user's.
 *
 * With AMIs before v20260610 such nodes might wait for ever for the image of the pods' sandbox (awslabs/amazon-eks-ami 2710);
 * aliases are newer by a rule of their own.
 */
export function pullsInParallel(nodes: NodesConfig, defaultAmi: string): boolean {
  const told = nodes.userData?.nodeConfig;
  if (told?.featureGates?.FastImagePull !== undefined) return false;
  if (nodes.fastImagePull !== undefined) return nodes.fastImagePull;
  if (nodes.mode === "persistent" || told?.containerd !== undefined) return false;
  return isAmiAlias(nodes.ami ?? defaultAmi) && candidates(nodes).types.length > 0;
}

/** What nodes are told of pulling images: whether in parallel, be it by the user's own NodeConfig, and the proxy of what then pulls. */
export function pullParts(config: Parameters<typeof proxyPart>[0] & { readonly versions: { readonly ami: string } }, nodes: NodesConfig): readonly UserDataPart[] {
  const parallel = pullsInParallel(nodes, config.versions.ami);
  const told = nodes.userData?.nodeConfig?.featureGates?.FastImagePull === true;
  return [...fastPullPart(parallel), ...proxyPart(config, { inParallel: parallel || told })];
}
