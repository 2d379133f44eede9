import { isAutoscaled } from "../config/fleet";
import type { Config } from "../config/schema";
import { partitionOf } from "../facts/regions";

type Needing = Pick<Config, "region" | "cluster" | "fleets">;

/** KMS keys that encrypt root disks of the nodes that Karpenter buys: the account's default, if it is its own, and those of fleets. */
export const diskKeys = ({ cluster, fleets }: Needing): string[] => [
  ...new Set([cluster.diskKmsKeyArn, ...fleets.filter(isAutoscaled).map(({ nodes }) => nodes.rootDiskKmsKeyArn)].filter((key) => key !== undefined)),
];

/** ARNs of the SSM parameters that hold ids of AMIs. Those of AWS itself everybody may read. */
export const amiParameters = ({ region, fleets }: Needing, account: string): string[] => {
  const names = fleets.filter(isAutoscaled).flatMap(({ nodes: { ami } }) => (typeof ami === "object" && "ssmParameter" in ami ? [ami.ssmParameter] : []));
  const arn = (name: string) => (name.startsWith("arn:") ? name : `arn:${partitionOf(region)}:ssm:${region}:${account}:parameter/${name.replace(/^\//, "")}`);
  return [...new Set(names.filter((name) => !name.startsWith("/aws/service/")).map(arn))];
};

