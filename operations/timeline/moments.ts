/** Whose time a part of the path is. */
export const OWNERS = ["GitHub", "ARC", "Karpenter", "AWS", "Kubernetes", "images", "engine"] as const;
export type Owner = (typeof OWNERS)[number];

/**
 * The moments on the way of a job, in the order in which each waits for the one before. `owner` is whose the time until
 * then is, `title` what has happened, `until` what is waited for before.
 */
export const MOMENTS = [
  { id: "queued", owner: "GitHub", title: "queued", until: "GitHub to queue it", source: "GitHub's API: `created_at` of the job" },
  { id: "assigned", owner: "GitHub", title: "assigned", until: "ARC to make a runner", source: "EphemeralRunner (or summerwind's Runner): its creation" },
  { id: "pod", owner: "ARC", title: "pod", until: "ARC to make its pod", source: "Pod: its creation" },
  { id: "claim", owner: "Karpenter", title: "node claim", until: "Karpenter to ask for a node", source: "NodeClaim: its creation" },
  { id: "launched", owner: "AWS", title: "launched", until: "EC2 to launch the instance", source: "NodeClaim: condition Launched" },
  { id: "registered", owner: "AWS", title: "registered", until: "the node to boot and join", source: "NodeClaim: condition Registered" },
  { id: "initialised", owner: "Kubernetes", title: "initialised", until: "the node to be ready", source: "NodeClaim: condition Initialized" },
  { id: "bound", owner: "Kubernetes", title: "bound", until: "the scheduler to bind the pod", source: "Pod: condition PodScheduled" },
  { id: "cli", owner: "images", title: "CLI image", until: "the pod's network and the engine's image", source: "Pod: start of init container `dagger-cli`" },
  { id: "engine", owner: "engine", title: "engine ready", until: "the node's engine to be ready", source: "Pod of the node's engine: condition Ready" },
  { id: "answered", owner: "engine", title: "engine answered", until: "the engine to answer the runner", source: "Pod: end of init container `dagger-cli`" },
  { id: "image", owner: "images", title: "runner image", until: "the runner's image", source: "Event Pulled of container `runner`" },
  { id: "started", owner: "Kubernetes", title: "started", until: "the runner to start", source: "Pod: start of container `runner`" },
  { id: "taken", owner: "GitHub", title: "job taken", until: "GitHub to give the runner a job", source: "EphemeralRunner: when the listener wrote the job into its status; else GitHub's API: `started_at` of the job" },
  { id: "step", owner: "GitHub", title: "first step", until: "the first step", source: "GitHub's API: `started_at` of the job's first step" },
] as const satisfies readonly { id: string; owner: Owner; title: string; until: string; source: string }[];

export type MomentId = (typeof MOMENTS)[number]["id"];
/** When each moment was, in seconds since 1970; what no object tells is not there. */
export type Moments = Readonly<Partial<Record<MomentId, number>>>;

const at = (id: MomentId): number => MOMENTS.findIndex((moment) => moment.id === id);
export const momentOf = (id: MomentId) => MOMENTS[at(id)]!;
/** The moment that comes after another. */
export const nextOf = (id: MomentId): MomentId | undefined => MOMENTS[at(id) + 1]?.id;
