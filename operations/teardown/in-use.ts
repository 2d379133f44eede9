import type { EKSClient } from "@aws-sdk/client-eks";
import { UserError } from "../../modules/user-error";
import { errorText } from "../command";
import { clusterInAws } from "../identity/account";
import { LEFT, type Question } from "./question";

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
  if (sharedCluster) {
    // The client of Kubernetes takes half a second to load.
    const { inSharedCluster } = await import("./in-shared-cluster");
    return inSharedCluster(question, cluster.endpoint ?? "");
  }
  throw new UserError(
    `The EKS cluster ${clusterName} stands (${cluster.status ?? "status unknown"}), but ${states} knows nothing of it: what carries its tags is in use. ${LEFT}\n` +
      "Put name, region and state of the configuration back as they were. If the state is lost: docs/bad-day.md.",
  );
}
