import type { CoreV1Event, V1Condition, V1Deployment, V1Node, V1ObjectMeta, V1Pod, V1ResourceQuota } from "@kubernetes/client-node";

/** A time as the client gives it: a date in kinds that it knows, else the text of the API. */
export type Moment = Date | string | undefined;
/** Seconds of a moment since 1970: Kubernetes tells no fractions. */
export const secondsOf = (moment: Moment): number | undefined => {
  const ms = moment === undefined ? NaN : new Date(moment).getTime();
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
};

type Meta = Omit<V1ObjectMeta, "name"> & { readonly name: string };
type Condition = Pick<V1Condition, "type" | "status"> & { readonly reason?: string | undefined; readonly message?: string | undefined; readonly lastTransitionTime?: Moment };
export interface WithConditions {
  readonly status?: { readonly conditions?: readonly Condition[] } | undefined;
}
export const conditionOf = (object: WithConditions | undefined, type: string): Condition | undefined => object?.status?.conditions?.find((one) => one.type === type);

/** ARC's object for one runner of a scale set; its pod has the same name. */
export interface EphemeralRunner {
  readonly metadata: Meta;
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly runnerId?: number;
    /** When each pod of it failed, by the pod's uid. */
    readonly failures?: Readonly<Record<string, string>>;
    readonly jobId?: string;
    readonly jobRepositoryName?: string;
    readonly workflowRunId?: number;
    readonly jobDisplayName?: string;
  };
}
/** The same of the summerwind kind. It knows its job only where its status hook is on. */
export interface SummerwindRunner {
  readonly metadata: Meta;
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly workflow?: { readonly repository?: string; readonly runID?: string; readonly job?: string };
  };
}
export interface EphemeralRunnerSet {
  readonly metadata: Meta;
  readonly spec?: { readonly replicas?: number };
}
export interface RunnerSet {
  readonly metadata: Meta;
  readonly status?: { readonly phase?: string };
}
export interface Listener {
  readonly metadata: Meta;
  readonly spec?: { readonly autoscalingRunnerSetName?: string; readonly autoscalingRunnerSetNamespace?: string };
}
export interface RunnerDeployment {
  readonly metadata: Meta;
  readonly spec?: { readonly replicas?: number };
}
export interface NodeClaim extends WithConditions {
  readonly metadata: Meta;
  readonly status?: { readonly nodeName?: string; readonly conditions?: readonly Condition[] };
}
export interface NodePool extends WithConditions {
  readonly metadata: Meta;
  readonly spec?: { readonly limits?: Readonly<Record<string, string>> };
  readonly status?: { readonly conditions?: readonly Condition[]; readonly resources?: Readonly<Record<string, string>> };
}
export interface NodeClass extends WithConditions {
  readonly metadata: Meta;
}

export type Pod = V1Pod & { readonly metadata: Meta };
export type Node = V1Node & { readonly metadata: Meta };
export type Event = CoreV1Event;
export type Deployment = V1Deployment & { readonly metadata: Meta };

/** A kind that is read, and where: in the namespaces of fleets, of ARC's listeners, of add-ons, of events of what has none, or in all. */
const kind = <T>(apiVersion: string, name: string, ...places: readonly Place[]) => ({ apiVersion, kind: name, places }) as Kind<T>;
export type Place = "fleets" | "listeners" | "addons" | "default" | "cluster";
export interface Kind<T> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly places: readonly Place[];
  /** Never there: it carries the type. */
  readonly type?: T;
}

/** All that is known of jobs on their way. */
export const KINDS = {
  ephemeralRunners: kind<EphemeralRunner>("actions.github.com/v1alpha1", "EphemeralRunner", "fleets"),
  runners: kind<SummerwindRunner>("actions.summerwind.dev/v1alpha1", "Runner", "fleets"),
  pods: kind<Pod>("v1", "Pod", "fleets", "listeners"),
  events: kind<Event>("v1", "Event", "fleets", "listeners", "default"),
  nodeClaims: kind<NodeClaim>("karpenter.sh/v1", "NodeClaim", "cluster"),
  nodes: kind<Node>("v1", "Node", "cluster"),
  runnerSets: kind<RunnerSet>("actions.github.com/v1alpha1", "AutoscalingRunnerSet", "fleets"),
  ephemeralRunnerSets: kind<EphemeralRunnerSet>("actions.github.com/v1alpha1", "EphemeralRunnerSet", "fleets"),
  listeners: kind<Listener>("actions.github.com/v1alpha1", "AutoscalingListener", "listeners"),
  runnerDeployments: kind<RunnerDeployment>("actions.summerwind.dev/v1alpha1", "RunnerDeployment", "fleets"),
  nodePools: kind<NodePool>("karpenter.sh/v1", "NodePool", "cluster"),
  nodeClasses: kind<NodeClass>("karpenter.k8s.aws/v1", "EC2NodeClass", "cluster"),
  quotas: kind<V1ResourceQuota>("v1", "ResourceQuota", "fleets"),
  deployments: kind<Deployment>("apps/v1", "Deployment", "addons"),
} as const;
export type KindName = keyof typeof KINDS;
type TypeOf<Name extends KindName> = (typeof KINDS)[Name] extends Kind<infer T> ? T : never;

/** What was read at one moment; nothing of a kind that the cluster does not know. */
export type Seen<Name extends KindName = KindName> = { readonly [K in Name]: readonly TypeOf<K>[] };
