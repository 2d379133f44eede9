import { parse } from "yaml";

/** What an instance is told of the node that it is to be. */
export interface NodeConfig {
  readonly cluster: { readonly name: string; readonly apiServerEndpoint: string; readonly certificateAuthority: string };
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  readonly maxPods: number;
  /** How its instance store becomes a disk: `RAID0`. */
  readonly localStorage: string | undefined;
}

interface Nodeadm {
  readonly apiVersion: string;
  readonly spec: {
    readonly cluster?: NodeConfig["cluster"];
    readonly kubelet?: { readonly config?: { readonly maxPods?: number; readonly registerWithTaints?: NodeConfig["taints"] }; readonly flags?: readonly string[] };
    readonly instance?: { readonly localStorage?: { readonly strategy: string } };
  };
}

/** Reads user data as AL2023's nodeadm does: every part that is its own, later ones over earlier. */
export function nodeConfig(userData: string): NodeConfig {
  const [, boundary] = /boundary="([^"]+)"/.exec(userData) ?? [];
  if (boundary === undefined) throw new Error(`user data is not of several parts:\n${userData}`);
  const bodies = userData.split(`--${boundary}`).filter((part) => part.includes("application/node.eks.aws"));
  const specs = bodies.map((part) => (parse(part.slice(part.search(/\r?\n\r?\n/))) as Nodeadm).spec);
  const flags = specs.flatMap(({ kubelet }) => kubelet?.flags ?? []);
  const flag = (name: string) => flags.findLast((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3).replace(/^"|"$/g, "");
  const cluster = specs.findLast((spec) => spec.cluster !== undefined)?.cluster;
  const configs = specs.map(({ kubelet }) => kubelet?.config);
  const maxPods = configs.findLast((config) => config?.maxPods !== undefined)?.maxPods;
  if (cluster === undefined || maxPods === undefined) throw new Error(`user data names no cluster or no number of pods:\n${userData}`);
  return {
    cluster,
    maxPods,
    labels: Object.fromEntries((flag("node-labels") ?? "").split(",").filter(Boolean).map((label) => label.split("=") as [string, string])),
    taints: configs.findLast((config) => config?.registerWithTaints !== undefined)?.registerWithTaints ?? [],
    localStorage: specs.findLast(({ instance }) => instance?.localStorage !== undefined)?.instance?.localStorage?.strategy,
  };
}
