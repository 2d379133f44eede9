// Every change of pods, nodes and node claims in the order in which the API server made them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { KubeObject } from "../cluster/objects";

/** A change of one object: `version` orders the changes of all kinds. */
export interface Change {
  readonly at: number;
  readonly version: number;
  readonly gone: boolean;
  readonly object: KubeObject;
}
export interface Watch {
  readonly changes: readonly Change[];
  readonly stop: () => void;
}
const PATHS = ["api/v1/nodes", "api/v1/pods", "apis/karpenter.sh/v1/nodeclaims"];

/** Watches until it is stopped; `changes` grows meanwhile. */
export async function watch(): Promise<Watch> {
  const proxy = spawn("kubectl", ["proxy", "--port=0"], { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = (await once(proxy.stdout, "data")) as [Buffer];
  const base = `http://${/127\.0\.0\.1:\d+/.exec(String(said))![0]}`;
  const changes: Change[] = [];
  for (const path of PATHS) {
    const { body } = await fetch(`${base}/${path}?watch=1&resourceVersion=0`);
    const lines = createInterface(Readable.fromWeb(body! as never).on("error", () => undefined));
    lines.on("error", () => undefined).on("line", (line) => {
      const { type, object } = JSON.parse(line) as { type: string; object: KubeObject };
      changes.push({ at: performance.now(), version: Number(object.metadata.resourceVersion), gone: type === "DELETED", object });
    });
  }
  return { changes, stop: () => void proxy.kill() };
}

/** The first change of an object that `is` holds for. */
export const first = (changes: readonly Change[], { kind, metadata }: Pick<KubeObject, "kind" | "metadata">, is: (change: Change) => boolean): Change | undefined =>
  changes.find((change) => change.object.kind === kind && change.object.metadata.uid === metadata.uid && is(change));
