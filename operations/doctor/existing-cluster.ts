import type { Config } from "../../modules/config/schema";
import { ok, problem, unchecked, type Finding } from "../findings";
import type { AwsAccount } from "./aws-account";
import { guarded } from "./guarded";

const AGENT = "eks-pod-identity-agent";

/** What a cluster that exists must have, and what could not be used as it is. */
export const existingCluster = (config: Config, account: AwsAccount): Promise<Finding[]> => guarded("existing cluster", () => look(config, account));

async function look({ cluster, addons, region }: Config, account: AwsAccount): Promise<Finding[]> {
  if (cluster.mode !== "existing") return [];
  const subject = `cluster ${cluster.name}`;
  const found = await account.cluster(cluster.name);
  if (found === undefined) return [problem(subject, `there is none of that name in ${region}`)];
  const agent = found.addons.includes(AGENT) || Boolean(cluster.addons[AGENT]);
  const findings = [
    ...(found.ipFamily === "ipv6" ? [problem(subject, "it is IPv6: Dagger's engine gives its containers IPv4 only")] : []),
    ...(found.authenticationMode === "CONFIG_MAP" ? [problem(subject, "it knows no access entries: set its authentication mode to API_AND_CONFIG_MAP, or runner nodes are not let in")] : []),
    ...(found.autoMode && addons.karpenter.mode === "existing"
      ? [problem(subject, "it is in EKS Auto Mode, whose Karpenter has no EC2NodeClass: set addons.karpenter.mode: install")]
      : []),
    ...(addons.karpenter.mode === "install" && !agent
      ? [unchecked(subject, `it has no add-on ${AGENT}, by which Karpenter gets its credentials: set cluster.addons: {${AGENT}: true}, unless the agent runs there in another way`)]
      : []),
  ];
  return findings.length > 0 ? findings : [ok(subject, "IPv4, with access entries")];
}
