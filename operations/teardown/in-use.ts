import type { EKSClient } from "@aws-sdk/client-eks";
import { KubernetesObjectApi, type KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../modules/user-error";
import { errorText } from "../command";
import { clusterInAws } from "../identity/account";
import { KINDS, listKind } from "../verify/snapshot";

const LEFT = "Nothing was looked for, and nothing was deleted.";

export interface Question {
  readonly clusterName: string;
  /** The cluster is not ours and lives on. */
  readonly sharedCluster: boolean;
  readonly fleets: readonly string[];
  /** Where the stacks keep their states, for people. */
  readonly states: string;
  /** Access to the cluster; asked for only if it stands and is shared. */
  readonly kubeConfig: () => KubeConfig;
}

/**
 * Instances that a cluster still uses, though they carry the tags of what may be left over. Tags alone tell nothing:
 * with another state, or none, everything that runs looks left over.
 * @throws UserError if the installation's own cluster stands, if fleets stand in a shared one, or if nobody can tell.
 */
export async function instancesInUse(eks: EKSClient, question: Question): Promise<ReadonlySet<string>> {
  const { clusterName, sharedCluster, states } = question;
  const cluster = await clusterInAws(eks, clusterName).catch((error: unknown) => {
    throw new UserError(
      `Cannot tell whether the EKS cluster ${clusterName} stands: ${errorText(error)}\nWhile it does, what carries its tags is in use. ` +
        `It takes the right to eks:DescribeCluster. ${LEFT}`,
      { cause: error },
    );
  });
  if (cluster === undefined) return new Set();
  if (sharedCluster) return inSharedCluster(question, cluster.endpoint ?? "");
  throw new UserError(
    `The EKS cluster ${clusterName} stands (${cluster.status ?? "status unknown"}), but ${states} knows nothing of it: what carries its tags is in use. ${LEFT}\n` +
      "Put name, region and state of the configuration back as they were. If the state is lost: docs/bad-day.md.",
  );
}

/** Karpenter's own objects tell what it still needs; without them, or without an answer, nothing is known. */
async function inSharedCluster({ clusterName, fleets, states, kubeConfig }: Question, endpoint: string): Promise<ReadonlySet<string>> {
  const why = `The EKS cluster ${clusterName} is shared and stands: only Kubernetes tells which instances it still uses`;
  let config: KubeConfig;
  try {
    config = kubeConfig();
  } catch (error) {
    throw new UserError(`${why}. ${errorText(error)}\n${LEFT}`, { cause: error });
  }
  const server = config.getCurrentCluster()?.server ?? "";
  if (server.toLowerCase() !== endpoint.toLowerCase()) {
    throw new UserError(`${why}, and kubeconfig's context is of ${server}, not of ${endpoint}. Run aws eks update-kubeconfig --name ${clusterName}. ${LEFT}`);
  }
  const api = KubernetesObjectApi.makeApiClient(config);
  for (const [apiVersion, kind] of [KINDS.nodePools, KINDS.nodeClasses]) {
    const standing = ((await listKind(api, apiVersion, kind)) ?? []).filter(({ metadata }) => fleets.includes(metadata.name));
    if (standing.length === 0) continue;
    throw new UserError(
      `${kind} ${standing.map(({ metadata }) => metadata.name).join(", ")} stands in ${clusterName}, but ${states} knows nothing of it: ` +
        `what it made is in use. ${LEFT}\nPut name, region and state of the configuration back as they were. If the state is lost: docs/bad-day.md.`,
    );
  }
  const claims = (await listKind(api, "karpenter.sh/v1", "NodeClaim")) ?? [];
  const nodes = (await listKind(api, ...KINDS.nodes)) ?? [];
  const ids = [...claims.map(({ status }) => status?.providerID), ...nodes.map(({ spec }) => spec?.providerID)];
  return new Set(ids.flatMap((id) => (typeof id === "string" ? [id.split("/").at(-1)!] : [])));
}
