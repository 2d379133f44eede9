import { join } from "node:path";
import { instanceTypes } from "../../modules/facts/instance-types";
import { look } from "../cluster/rig";
import { check, until } from "../report/steps";
import { RealNode } from "../node/node";
import { sizeOf } from "../node/size";
import type { AwsAccount } from "./account";
import { nodeConfig, type NodeConfig } from "./user-data";

export interface Bought {
  readonly node: RealNode;
  readonly config: NodeConfig;
  readonly instanceId: string;
  readonly type: string;
  /** Of its NodeClaim. */
  readonly claim: string;
}
interface ClaimStatus {
  readonly providerID?: string;
}

/** Waits until Karpenter has bought an instance, and starts the node that its user data describes. */
export async function boughtNode(account: AwsAccount, parts: { readonly parts: string; readonly work: string; readonly registryPort: number }): Promise<Bought> {
  const { claim, providerID, maxPods } = await until("Karpenter buys an instance", 120, async () => {
    const { claims } = await look();
    const found = claims.find(({ status }) => (status as ClaimStatus | undefined)?.providerID !== undefined);
    return found && { claim: found.metadata.name, providerID: (found.status as ClaimStatus).providerID!, maxPods: Number(found.status!.capacity!.pods) };
  });
  const instance = (await account.instances()).find(({ InstanceId }) => providerID.endsWith(`/${InstanceId}`));
  check(instance, `there is no instance of ${providerID}`);
  const config = nodeConfig(await account.userData(instance.InstanceId!));
  check(config.maxPods === maxPods, `Karpenter reckons with ${maxPods} pods, the user data says ${config.maxPods}`);
  const type = instanceTypes.find(({ name }) => name === instance.InstanceType)!;
  const node = await RealNode.start({
    ...{ parts: parts.parts, folder: join(parts.work, "node"), number: 7, name: instance.PrivateDnsName!, providerId: providerID },
    ...{ labels: config.labels, taints: config.taints, ...sizeOf(type), maxPods, array: config.localStorage === "RAID0" },
    ...{ kubeconfig: process.env.KUBECONFIG!, registryPort: parts.registryPort, hosts: "/etc/hosts" },
  });
  return { node, config, instanceId: instance.InstanceId!, type: type.name, claim };
}
