import { mebibytes } from "../../../modules/config/fields/quantities";
import { isObject, type JsonObject } from "../../../modules/config/objects";
import type { Changed } from "../changes";
import { at, listAt } from "../plan-json";
import { changes, type Meaning } from "./meaning";
import { releaseValues } from "./release-values";

/** Where a kind of runner has what its pods are made of. */
interface Kind {
  readonly of: string;
  /** The pod's spec. */
  readonly spec: (side: unknown) => unknown;
  /** Its containers, each with its name. */
  readonly containers: (spec: unknown) => readonly unknown[];
  /** Attributes of the template, but for those that have rows of their own. */
  readonly template: RegExp;
  /** What running jobs see of a change of their pods. */
  readonly running: string;
}

const KINDS: readonly Kind[] = [
  {
    of: "chart gha-runner-scale-set",
    spec: (side) => at(releaseValues(side), "template", "spec"),
    containers: (spec) => [...listAt(spec, "initContainers"), ...listAt(spec, "containers")],
    template: /^values\.template\./,
    running: "running ones end in the pods that they have",
  },
  {
    of: "RunnerDeployment",
    spec: (side) => at(side, "manifest", "spec", "template", "spec"),
    // The runner's own settings stand in the spec itself.
    containers: (spec) => [{ name: "runner", resources: at(spec, "resources") }, { name: "docker", resources: at(spec, "dockerdContainerResources") }, ...listAt(spec, "sidecarContainers")],
    template: /^manifest\.spec\.template\./,
    running: "running ones end first, as long as their grace period lasts",
  },
];

/** Told by other rows, or plain to see: size, limits, volumes, image, environment, identity, and the CLI of the engine's version. */
const ELSEWHERE = /\.(resources|dockerdContainerResources|volumes|volumeMounts|image|env|serviceAccountName|organization|repository|enterprise|group|spec\.labels)\b|\.initContainers(?:\.|\[dagger-cli\])/;

/** Limits by container and resource, such as `runner memory`. */
function limits({ spec, containers }: Kind, side: unknown): Map<string, string> {
  const all = containers(spec(side)).flatMap((container) =>
    Object.entries((at(container, "resources", "limits") ?? {}) as JsonObject).map(([resource, limit]): [string, string] => [`${String(at(container, "name"))} ${resource}`, String(limit)]),
  );
  return new Map(all);
}

/** A quantity as a number to compare with others of its resource. */
const amount = (quantity: string): number => {
  const bytes = mebibytes(quantity);
  if (!Number.isNaN(bytes)) return bytes;
  return quantity.endsWith("m") ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity);
};

/** Limits that change so that jobs may take less, or more: `runner memory none to 8Gi`. */
function otherLimits(kind: Kind, way: "tighter" | "wider", { kind: action, change }: Changed): string | false {
  if (action !== "change") return false;
  const [before, after] = [change.before, change.after].map((side) => limits(kind, side));
  const found = [...new Set([...before!.keys(), ...after!.keys()])].flatMap((name) => {
    const [old, now] = [before!.get(name), after!.get(name)];
    if (old === now) return [];
    const tighter = now !== undefined && (old === undefined || amount(now) < amount(old));
    return tighter === (way === "tighter") ? [`${name} ${old ?? "none"} to ${now ?? "none"}`] : [];
  });
  return found.length > 0 && found.join(", ");
}

/** What a volume brings into a pod, such as `secret tokens`; nothing for a folder that is the pod's own. */
function source(volume: unknown): string | undefined {
  const [kind, settings] = Object.entries(isObject(volume) ? volume : {}).find(([key]) => key !== "name") ?? [];
  if (kind === undefined || kind === "emptyDir") return undefined;
  const name = ["name", "secretName", "claimName", "path"].map((key) => at(settings, key)).find((value) => typeof value === "string");
  return name === undefined ? kind : `${kind} ${name}`;
}

const sources = (kind: Kind, side: unknown): string[] => listAt(kind.spec(side), "volumes").flatMap((volume) => source(volume) ?? []);

/** What one side of the pods has in volumes that the other has not. */
function otherVolumes(kind: Kind, { kind: action, change }: Changed, [has, not]: readonly ["before" | "after", "before" | "after"]): string | false {
  if (action !== "change") return false;
  const others = sources(kind, change[not]);
  const found = sources(kind, change[has]).filter((brought) => !others.includes(brought));
  return found.length > 0 && found.join(", ");
}

const rowsOf = (kind: Kind): readonly Meaning[] => [
  {
    of: kind.of,
    change: "a container's limits: new or lower",
    match: (changed) => otherLimits(kind, "tighter", changed),
    title: "Jobs get tighter limits",
    means: { jobs: `${kind.running}; later ones that take more memory are killed, more disk evicted, and more CPU slowed` },
  },
  {
    of: kind.of,
    change: "a container's limits: gone or higher",
    match: (changed) => otherLimits(kind, "wider", changed),
    title: "Jobs get wider limits",
    weight: "note",
    means: { jobs: `${kind.running}; later ones may take more of their node from the jobs beside them` },
  },
  {
    of: kind.of,
    change: "volumes: new ones",
    match: (changed) => otherVolumes(kind, changed, ["after", "before"]),
    title: "Jobs get other volumes",
    means: {
      jobs: `${kind.running}; new runners wait for what does not exist in the fleet's namespace, and their jobs queue`,
      reach: "every job of the size can read what is in them",
    },
  },
  {
    of: kind.of,
    change: "volumes: gone",
    match: (changed) => otherVolumes(kind, changed, ["before", "after"]),
    title: "Jobs lose volumes",
    means: { jobs: `${kind.running}; later ones that need what was in them fail` },
  },
  {
    of: kind.of,
    change: "`podTemplate`, labels, annotations and what else runner pods are made of",
    match: changes(kind.template, ELSEWHERE),
    title: "Runner pods are made otherwise",
    weight: "note",
    means: { jobs: `${kind.running}; new ones get the other pods, and queue if these cannot start` },
  },
];

/** What changes of runners' pods mean. */
export const PODS: readonly Meaning[] = KINDS.flatMap(rowsOf);
