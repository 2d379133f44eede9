import type { Config } from "../../modules/config/schema";
import { priceTable } from "../../modules/facts/prices";
import { thousands } from "../../modules/placement/units";
import { recordedBy } from "./ask-prometheus";
import { describeNow, describeSpent } from "./describe-spent";
import { asRecorded, claimsNow } from "./now";
import { spent } from "./spent";

export interface Since {
  /** Hours until now. */
  readonly since?: number;
  readonly prometheus?: string;
  readonly spotShare?: number;
  readonly json: boolean;
}

/** What nodes did cost, as the text that is printed. */
export async function costSince(config: Config, { since = 0, prometheus, spotShare, json }: Since): Promise<string> {
  const where = { region: config.region, ...(spotShare === undefined ? {} : { spotShare }) };
  const claims = prometheus === undefined ? await readClaims(config) : undefined;
  const recorded = claims === undefined ? await recordedBy(prometheus!, config, `${since}h`) : asRecorded(config, claims, since);
  const fleets = spent(config, recorded, where, since);
  const notRecorded = claims === undefined ? NOT_RECORDED : NOT_ALIVE;
  if (json) return JSON.stringify({ name: config.name, region: config.region, hours: since, listPricesOf: priceTable.date, fleets, ...(claims ? { claims } : {}), notRecorded }, null, 2);
  return [
    `${config.name} in ${config.region}, the last ${thousands(since)} hours, in US dollars; list prices of ${priceTable.date}`,
    ...(claims ? [describeNow(claims)] : []),
    describeSpent(fleets),
    `Not in it: ${notRecorded.join("; ")}.`,
  ].join("\n\n");
}

const NEITHER = ["control plane, support nodes, NAT and traffic (npm run cost)", "taxes, discounts, savings plans and credits"];
const NOT_RECORDED = ["minutes before Karpenter saw a node, and less than five minutes of a node", "runners of RunnerDeployments, which count as idle", "jobs whose listener restarted before Prometheus saw them", ...NEITHER];
const NOT_ALIVE = ["nodes that have gone, and what runners asked for: nothing records them without Prometheus (--prometheus)", ...NEITHER];

async function readClaims(config: Config) {
  // The client of Kubernetes takes half a second to load.
  const { KubernetesObjectApi } = await import("@kubernetes/client-node");
  const { defaultKubeConfig, listKind } = await import("../kubernetes/objects");
  const api = KubernetesObjectApi.makeApiClient(defaultKubeConfig());
  const [claims = [], pods = []] = await Promise.all([listKind(api, "karpenter.sh/v1", "NodeClaim"), listKind(api, "v1", "Pod")]);
  return claimsNow(config, claims, pods, new Date());
}
