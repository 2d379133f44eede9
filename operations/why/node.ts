import { SEED_LABELS, SEED_TAINTS } from "../../modules/contract/seed";
import { duration } from "../duration";
import { restored } from "../cache/seed-pods";
import { conditionOf, secondsOf, type NodeClaim, type WithConditions } from "../jobs/kinds";
import { timeOf, type Runner } from "../jobs/runners";
import { podReason, quoted, type Known, type Reason } from "./reason";

/** Why a pod has no node. */
export function nodeReason(runner: Runner, known: Known): Reason {
  const { fleet, claim, events, pod } = runner;
  if (fleet.nodes.mode === "persistent") {
    return {
      why: `no node of fleet ${fleet.name} has room for it: ${scheduler(runner)}`,
      todo: "Wait until jobs end, or raise nodes.count.",
    };
  }
  if (claim !== undefined) return claimReason(runner, claim, known);
  const karpenter = events.findLast(({ reason, source }) => reason === "FailedScheduling" && source?.component === "karpenter");
  return poolReason(runner, known) ?? capacityReason(runner, known) ?? (karpenter ? refusal(runner, karpenter.message ?? "", known) : undefined) ?? {
    why: `Karpenter has said nothing of this pod${pod === undefined ? "" : `; the scheduler says: ${scheduler(runner)}`}`,
    todo: karpenterTodo(known),
  };
}

/** The scheduler's own sentence. */
const scheduler = ({ pod }: Runner): string => quoted(conditionOf(pod, "PodScheduled")?.message) || "nothing yet";

function karpenterTodo({ seen: { deployments } }: Known): string {
  const controller = deployments.find(({ metadata }) => metadata.name === "karpenter");
  const ready = controller?.status?.readyReplicas ?? 0;
  if (controller !== undefined && ready === 0) return "No pod of Karpenter is ready: kubectl -n kube-system describe pods -l app.kubernetes.io/name=karpenter";
  return "It answers within seconds: ask again. Then look at its log: kubectl -n kube-system logs deployment/karpenter --tail=100";
}

/** The fleet's NodePool and EC2NodeClass, without which Karpenter does not look at its pods. */
function poolReason({ fleet }: Runner, { seen }: Known): Reason | undefined {
  const own = <T extends { readonly metadata: { readonly name: string } }>(all: readonly T[]) => all.find(({ metadata }) => metadata.name === fleet.inCluster);
  const pool = own(seen.nodePools);
  if (pool === undefined) return { why: `there is no NodePool ${fleet.inCluster}`, todo: "Apply the dagger stack: npm run deploy -- dagger" };
  const nodeClass = conditionOf(own(seen.nodeClasses), "Ready");
  if (nodeClass !== undefined && nodeClass.status !== "True") {
    return {
      why: `EC2NodeClass ${fleet.inCluster} is not Ready: ${quoted(falseMessage(own(seen.nodeClasses)) ?? nodeClass.message)}`,
      todo: "Subnets, security groups, AMI and instance profile must be found. Any changed annotation of it makes Karpenter look again.",
    };
  }
  const ready = conditionOf(pool, "Ready");
  if (ready === undefined || ready.status === "True") return undefined;
  return { why: `NodePool ${fleet.inCluster} is not Ready: ${quoted(falseMessage(pool) ?? ready.message)}`, todo: `kubectl describe nodepool ${fleet.inCluster}` };
}

/** What the part says that is at fault: the whole only names it. */
const falseMessage = (object: WithConditions | undefined): string | undefined =>
  object?.status?.conditions?.find(({ type, status, message }) => type !== "Ready" && status === "False" && message !== undefined && message !== "")?.message;

/** For how long an event is news. */
const RECENT_SECONDS = 600;

/** A node claim that EC2 had nothing for is gone at once; what Karpenter said of it stays for a while. */
function capacityReason({ fleet, events }: Runner, { seen, now }: Known): Reason | undefined {
  const of = events.flatMap(({ reason, message = "" }) => (reason === "Nominated" ? [.../nodeclaim\/([^, ]+)/.exec(message)?.slice(1) ?? []] : []));
  const failed = seen.events
    .filter((event) => event.reason === "InsufficientCapacityError" && now - timeOf(event) / 1000 < RECENT_SECONDS)
    .filter(({ involvedObject: { name = "" } }) => of.includes(name) || name.startsWith(`${fleet.inCluster}-`));
  const last = failed.toSorted((a, b) => timeOf(a) - timeOf(b)).at(-1);
  return last && launchReason(quoted(last.message?.replace(/^NodeClaim \S+ event: /, "")), "Karpenter tries again");
}

/** What EC2's refusals mean. */
function launchReason(said: string, then: string): Reason {
  const rules: readonly (readonly [RegExp, string, string])[] = [
    [/VcpuLimitExceeded|MaxSpotInstanceCountExceeded|InstanceLimitExceeded|quota/i, "the account's quota of EC2 is used up", "Ask AWS for more vCPUs in Service Quotas; npm run doctor shows the quotas."],
    [/ServiceLinkedRole/, "the account has never had a spot instance, and Karpenter may not make the role for it", "Set cluster.spotServiceLinkedRole: true and apply the cluster stack."],
    [/nauthorized|not authorized|AccessDenied|AuthFailure/, "Karpenter may not launch it", "Apply the cluster stack, which has its rights; look at permissions boundaries and service control policies."],
    [/InsufficientInstanceCapacity|unavailable during launch|InsufficientCapacity|insufficient capacity/i, "AWS has none of these instance types in these zones now", "Wait, or give the fleet more nodes.families or categories, and more zones."],
    [/InsufficientFreeAddresses/, "the subnets have no free addresses", "Give the cluster more or larger subnets."],
  ];
  const [, why, todo] = rules.find(([pattern]) => pattern.test(said)) ?? [undefined, "EC2 does not launch it", "Look at Karpenter's log: kubectl -n kube-system logs deployment/karpenter --tail=100"];
  return { why: `${why}: ${said}; ${then}`, todo };
}

/** What Karpenter says of a pod that it buys no node for (`pkg/controllers/provisioning/scheduling` of kubernetes-sigs/karpenter). */
function refusal({ fleet }: Runner, message: string, { seen }: Known): Reason {
  const said = quoted(message.replace(/^Failed to schedule pod, /, ""));
  if (/exceed limits for nodepool|node limits have been exhausted/.test(said)) {
    const pool = seen.nodePools.find(({ metadata }) => metadata.name === fleet.inCluster);
    return {
      why: `fleet ${fleet.name} may buy no more: its limit is ${pool?.spec?.limits?.cpu ?? "?"} vCPUs, and its nodes have ${pool?.status?.resources?.cpu ?? "?"}`,
      todo: "Raise nodes.vcpuLimit, or wait until jobs end.",
    };
  }
  if (said.includes("no nodepools found")) return { why: "Karpenter finds no NodePool that is Ready", todo: "kubectl get nodepools,ec2nodeclasses" };
  if (/no instance type|filtered out all/.test(said)) {
    return { why: `no instance type satisfies size, node bounds and NVMe: ${said}`, todo: "npm run placement says which rule each family fails." };
  }
  return { why: `Karpenter buys no node for it: ${said}`, todo: "npm run placement says where it should go, and npm run verify whether the cluster is as configured." };
}

function claimReason(runner: Runner, claim: NodeClaim, known: Known): Reason {
  const { name } = claim.metadata;
  const [launched, registered, initialised] = ["Launched", "Registered", "Initialized"].map((type) => conditionOf(claim, type));
  const since = (condition: ReturnType<typeof conditionOf>) => duration(known.now - (secondsOf(condition?.lastTransitionTime) ?? known.now));
  if (claim.metadata.deletionTimestamp !== undefined) return { why: `node claim ${name} is being deleted`, todo: "Karpenter makes another: ask again." };
  if (launched?.status !== "True") {
    if (launched?.reason === undefined || launched.reason === "AwaitingReconciliation") return { why: `node claim ${name} is not launched yet`, todo: "Wait: it takes seconds." };
    return launchReason(quoted(`${launched.reason}, ${launched.message ?? ""}`), "Karpenter tries for 5 minutes, then with another claim");
  }
  if (registered?.status !== "True") {
    return {
      why: `the instance of node claim ${name} was launched ${since(launched)} ago and has not joined the cluster (${quoted(registered?.message)})`,
      todo: "Wait: it takes up to 2 minutes. After that look at its system log in EC2; its role needs an access entry, and its subnet a way to the API. Karpenter replaces it after 15 minutes.",
    };
  }
  if (initialised?.status !== "True") return initialisation(runner, claim, initialised, since(registered), known);
  return { why: `node ${claim.status?.nodeName ?? name} is ready, and the scheduler does not bind the pod: ${scheduler(runner)}`, todo: "Ask again. If it stays, other pods have taken its room: Karpenter buys another node." };
}

function initialisation({ fleet }: Runner, claim: NodeClaim, condition: ReturnType<typeof conditionOf>, since: string, { seen, now }: Known): Reason {
  const node = claim.status?.nodeName ?? "";
  const joined = `node ${node} joined ${since} ago and is not ready`;
  const ready = conditionOf(seen.nodes.find(({ metadata }) => metadata.name === node), "Ready");
  if (condition?.reason === "NodeNotReady" && ready !== undefined) {
    return { why: `${joined}: ${quoted(ready.message) || quoted(condition.message)}`, todo: `Wait: its network comes last. After 2 minutes: kubectl describe node ${node}` };
  }
  const own = Object.values(SEED_TAINTS).find(({ key }) => condition?.message?.includes(key));
  if (condition?.reason === "StartupTaintsExist" && own !== undefined) {
    const seed = seen.pods.find(({ metadata, spec }) => metadata.namespace === fleet.namespace && spec?.nodeName === node && metadata.labels?.["app.kubernetes.io/name"] === SEED_LABELS["app.kubernetes.io/name"]);
    const events = seen.events.filter(({ involvedObject }) => involvedObject.uid !== undefined && involvedObject.uid === seed?.metadata.uid);
    const state = (seed && podReason(seed, events)?.why) ?? restored({ seed } as Parameters<typeof restored>[0], new Date(now * 1000));
    return {
      why: `node ${node} gets its cache first: ${quoted(state)}`,
      todo: `Wait: it is bound by seed.restoreWithin. If its pod cannot start: kubectl -n ${fleet.namespace} describe pods -l app.kubernetes.io/name=${SEED_LABELS["app.kubernetes.io/name"]}`,
    };
  }
  return { why: `${joined}: ${quoted(condition?.message)}`, todo: `kubectl describe node ${node}; what must take the taint away, or bring the resource, does not run there.` };
}
