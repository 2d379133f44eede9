import { KubernetesObjectApi, type KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../modules/user-error";
import { errorText } from "../command";
import { defaultKubeConfig, listKind } from "../kubernetes/objects";
import { KINDS } from "../verify/snapshot";
import { LEFT, type Question } from "./question";

/** Karpenter's own objects tell what it still needs; without them, or without an answer, nothing is known. */
export async function inSharedCluster({ clusterName, fleets, states }: Question, endpoint: string): Promise<ReadonlySet<string>> {
  const why = `The EKS cluster ${clusterName} is shared and stands: only Kubernetes tells which instances it still uses`;
  let config: KubeConfig;
  try {
    config = defaultKubeConfig();
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
