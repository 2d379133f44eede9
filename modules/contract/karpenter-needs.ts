import { isAutoscaled } from "../config/fleet";
import type { Config } from "../config/schema";
import { partitionOf } from "../facts/regions";

type Needing = Pick<Config, "region" | "cluster" | "fleets" | "addons">;

const NO_GUESTS = { nodeRoleArns: [], diskKmsKeyArns: [], amiParameters: [] };
/** What other installations in the cluster need of this one's Karpenter. */
const guests = ({ karpenter }: Config["addons"]) => (karpenter.mode === "install" ? karpenter.guests : NO_GUESTS);
/** Roles of their nodes, which it passes besides its own. */
export const guestRoles = ({ addons }: Pick<Config, "addons">): readonly string[] => guests(addons).nodeRoleArns;

/** KMS keys that encrypt root disks of the nodes that Karpenter buys: the account's default, if it is its own, those of fleets and of guests. */
export const diskKeys = ({ cluster, fleets, addons }: Needing): string[] => [
  ...new Set(
    [cluster.diskKmsKeyArn, ...fleets.filter(isAutoscaled).map(({ nodes }) => nodes.rootDiskKmsKeyArn), ...guests(addons).diskKmsKeyArns].filter((key) => key !== undefined),
  ),
];

/** ARNs of the SSM parameters that hold ids of AMIs. Those of AWS itself everybody may read. */
export const amiParameters = ({ region, fleets, addons }: Needing, account: string): string[] => {
  const ofFleets = fleets.filter(isAutoscaled).flatMap(({ nodes: { ami } }) => (typeof ami === "object" && "ssmParameter" in ami ? [ami.ssmParameter] : []));
  const names = [...ofFleets, ...guests(addons).amiParameters];
  const arn = (name: string) => (name.startsWith("arn:") ? name : `arn:${partitionOf(region)}:ssm:${region}:${account}:parameter/${name.replace(/^\//, "")}`);
  return [...new Set(names.filter((name) => !name.startsWith("/aws/service/")).map(arn))];
};

