import type { Changed } from "../changes";
import { at, textAt } from "../plan-json";
import { gone, number, type Meaning } from "./meaning";

const NO_WAY_BACK = "an apply cannot bring it back";
const staysUp = ({ type, kind }: Changed) => type === "aws_nat_gateway" && kind !== "destroy";

/** What changes of the VPC mean. */
export const NETWORK: readonly Meaning[] = [
  {
    of: "aws_vpc",
    change: "destroyed, replaced",
    match: gone,
    title: "VPC goes",
    means: {
      jobs: "all nodes and running jobs in it are lost",
      caches: "all caches are lost",
      reversibility: "EKS cannot move a cluster to another VPC: AWS refuses while the cluster and its nodes live there, and the apply stops half-way",
    },
    whole: true,
  },
  {
    of: "aws_subnet",
    change: "destroyed, replaced",
    match: gone,
    title: "Subnet goes",
    means: {
      jobs: "nodes and network interfaces in it must go first, with the jobs on them: AWS refuses while one lives, and the apply waits, then fails",
      caches: "the caches of those nodes are lost",
    },
  },
  {
    of: "aws_nat_gateway",
    change: "destroyed, none stays",
    match: (changed, { changes: all }) => gone(changed, { changes: all, paths: [] }) !== false && changed.kind === "destroy" && !all.some(staysUp),
    title: "No way out",
    means: {
      jobs: "open connections of running jobs are cut; jobs whose tools know no proxy fail from then on",
      reach: "nothing in the private subnets reaches the internet any more but through a proxy or VPC endpoints",
    },
  },
  {
    of: "aws_nat_gateway",
    change: "destroyed or replaced, another stays",
    match: (changed, { changes: all }) => (changed.kind === "replace" || (changed.kind === "destroy" && all.some(staysUp))) && gone(changed, { changes: all, paths: [] }),
    title: "Egress address changes",
    means: {
      jobs: "open connections of running jobs are cut",
      reach: "jobs come from another public address: allow lists elsewhere must follow",
    },
  },
  {
    of: "aws_route",
    change: "`nat_gateway_id`",
    match: ({ kind, change }) => kind === "change" && (at(change.after_unknown, "nat_gateway_id") === true || at(change.before, "nat_gateway_id") !== at(change.after, "nat_gateway_id")),
    title: "Egress address changes",
    means: {
      jobs: "open connections of running jobs are cut",
      reach: "jobs come from another public address: allow lists elsewhere must follow",
    },
  },
  {
    of: "aws_vpc_endpoint",
    change: "destroyed, replaced",
    match: (changed, all) => {
      const how = gone(changed, all);
      const service = textAt(changed.change.before, "service_name").replace(/^(cn\.)?com\.amazonaws\.[^.]+\./, "");
      return how && [service, ...(how === true ? [] : [how])].filter(Boolean).join(", ");
    },
    title: "VPC endpoint goes",
    means: { reach: "calls to this service go through NAT and are paid by volume; without NAT they fail" },
  },
  {
    of: "aws_flow_log",
    change: "destroyed, replaced",
    match: gone,
    title: "Flow logs stop",
    means: { evidence: "from then on no traffic of the VPC is recorded in this log" },
  },
  {
    of: "aws_cloudwatch_log_group",
    change: "destroyed, replaced",
    match: (changed, all) => {
      const how = gone(changed, all);
      return how && textAt(changed.change.before, "name");
    },
    title: "Logs deleted",
    means: { evidence: "all that was recorded in it is deleted", reversibility: NO_WAY_BACK },
  },
  {
    of: "aws_cloudwatch_log_group",
    change: "`retention_in_days` shorter",
    match: (changed, all) => {
      const [before, after] = [at(changed.change.before, "retention_in_days"), at(changed.change.after, "retention_in_days")];
      // CloudWatch keeps for ever what has no retention.
      if (changed.kind === "change" && before === 0 && Number(after) > 0) return `from for ever to ${String(after)} days`;
      return after !== 0 && number("lower", (side) => at(side, "retention_in_days"), " days")(changed, all);
    },
    title: "Logs kept shorter",
    means: { evidence: "what is older is deleted within days", reversibility: NO_WAY_BACK },
  },
];
