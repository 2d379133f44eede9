import { addonRole } from "../config/cluster";
import type { Config } from "../config/schema";
import { EKS_ADDONS } from "../facts/versions";

type Path = readonly (string | number)[];
type Using = Pick<Config, "network" | "cluster" | "addons"> & { readonly fleets: readonly Pick<Config["fleets"][number], "nodes">[] };

/**
 * Roles that exist, in place of those that the stacks would make: where the file names each, and its ARN. Those of jobs are
 * none: the stacks make no role for a job.
 */
export function existingRoles({ network, cluster, addons, fleets }: Using): readonly (readonly [Path, string])[] {
  const all: (readonly [Path, string | undefined])[] = [
    [["network", "flowLogRoleArn"], network.mode === "new" ? network.flowLogRoleArn : undefined],
    [["cluster", "roleArn"], cluster.mode === "new" ? cluster.roleArn : undefined],
    [["cluster", "supportNodes", "roleArn"], cluster.mode === "new" ? cluster.supportNodes.roleArn : undefined],
    ...EKS_ADDONS.map((name) => [["cluster", "addons", name, "roleArn"], addonRole(cluster, name)] as const),
    [["cluster", "runnerNodes", "roleArn"], cluster.runnerNodes.roleArn],
    [["addons", "karpenter", "roleArn"], addons.karpenter.mode === "install" ? addons.karpenter.roleArn : undefined],
    ...fleets.map(({ nodes }, i) => [["fleets", i, "nodes", "roleArn"], nodes.mode === "persistent" ? nodes.roleArn : undefined] as const),
  ];
  return all.flatMap(([path, arn]) => (arn === undefined ? [] : [[path, arn] as const]));
}
