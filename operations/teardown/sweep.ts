import { EC2Client } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import type { Config } from "../../modules/config/schema";
import { awsSettings } from "../aws-settings";
import { instancesInUse } from "./in-use";
import { deleteLeftovers, findLeftovers } from "./leftovers";

/**
 * Says what the cluster's controllers left in AWS, and with `yes` deletes it. `states` is where the stacks keep their
 * states, for people.
 * @throws UserError if the cluster stands, or if nobody can tell what it uses.
 */
export async function sweep(config: Config, states: string, yes: boolean, say: (line: string) => void): Promise<void> {
  const sharedCluster = config.cluster.mode === "existing";
  const clusterName = config.cluster.mode === "existing" ? config.cluster.name : config.name;
  const settings = awsSettings(config);
  const ec2 = new EC2Client(settings);
  const search = { clusterName, fleets: config.fleets.map(({ inCluster }) => inCluster), sharedCluster };
  const used = await instancesInUse(new EKSClient(settings), { ...search, states });
  const leftovers = await findLeftovers(ec2, { ...search, used });
  if (leftovers.length === 0) {
    say(`Nothing in ${config.region} is left with the tags of cluster ${clusterName}.`);
    return;
  }
  say(`Left with the tags of cluster ${clusterName}, made by its controllers:`);
  for (const { kind, id, what } of leftovers) say(`    ${kind} ${id}  ${what}`);
  if (yes) await deleteLeftovers(ec2, leftovers, say);
  else say("Nothing of it was deleted. npm run destroy -- --sweep-only --yes deletes it.");
}
