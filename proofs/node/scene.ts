import type { Checks } from "../report/checks";
import type { KubeObject } from "../cluster/objects";
import { isReady, until, type Namespace, type Pod } from "./cluster";
import type { RealNode } from "./node";
import type { Rendered } from "./rendered";

/** Where the steps of the proof play. */
export interface Scene {
  readonly node: RealNode;
  readonly namespace: Namespace;
  /** The configuration as rendered, and with another setting of its engine. */
  readonly rendered: Rendered;
  readonly changed: Rendered;
  /** Label selector of the engine's pods. */
  readonly engines: string;
  /** A runner's template, and that of a size which lets its jobs end. */
  readonly runner: KubeObject;
  readonly patient: KubeObject;
  /** How many runners placement promises beside an engine. */
  readonly promised: number;
  readonly check: Checks["check"];
}

/** The engine's pod, when it is ready; another than `old`, where that is given. */
export const readyEngine = ({ namespace, engines }: Scene, old?: Pod, patience = 240): Promise<{ readonly found: Pod; readonly seconds: number }> =>
  until("a ready engine", async () => (await namespace.pods(engines)).find((pod) => isReady(pod) && pod.metadata.uid !== old?.metadata.uid && pod.metadata.deletionTimestamp === undefined), patience);
