// Runs container `admit` of cache-seed's pods as kubelet would: its rendered text, with a token made for that pod.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { KubeObject } from "../cluster/objects";
import { kubectl } from "../cluster/rig";
import { sleep } from "../report/steps";

const exec = promisify(execFile);
/** The container's own /tmp, and what kubelet lays beside it. */
const INSIDE = 'mount -t tmpfs tmp /var && mkdir -p "$(dirname "$ACCOUNT")" && cp -r "$OUTSIDE" "$ACCOUNT" && mount -t tmpfs tmp /tmp && exec "$@"';
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** A token of the pod's service account, bound to the pod, as kubelet asks for it. */
export const podToken = async ({ metadata: { name, namespace, uid } }: KubeObject): Promise<string> =>
  (await kubectl(["create", "token", "cache-seed", "-n", namespace!, "--bound-object-kind=Pod", `--bound-object-name=${name}`, `--bound-object-uid=${uid!}`])).trim();

async function server(): Promise<URL> {
  return new URL(await kubectl(["config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}"]));
}

/** Runs the text of a pod that has its node; returns what it said. */
export async function admit(pod: KubeObject): Promise<string> {
  const { command } = pod.spec!.initContainers!.find(({ name }) => name === "admit")!;
  const { hostname, port } = await server();
  const outside = mkdtempSync(join(tmpdir(), "proof-admit-"));
  writeFileSync(join(outside, "token"), await podToken(pod));
  writeFileSync(join(outside, "ca.crt"), await kubectl(["get", "configmap", "kube-root-ca.crt", "-n", pod.metadata.namespace!, "-o", "jsonpath={.data.ca\\.crt}"]));
  const own = { OUTSIDE: outside, ACCOUNT, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, NODE_NAME: pod.spec!.nodeName!, NAMESPACE: pod.metadata.namespace! };
  const { stdout, stderr } = await exec("unshare", ["--map-root-user", "--mount", "sh", "-c", INSIDE, "pod", ...command!], { env: { PATH: process.env.PATH, ...own } });
  rmSync(outside, { recursive: true });
  return stdout + stderr;
}

/** Plays kubelet for the init containers of every new pod of cache-seed: `restoring` ms for the restore, then `admit`. */
export function admitting(pods: () => readonly KubeObject[], restoring: number): { readonly said: readonly string[]; readonly stop: () => Promise<void> } {
  const said: string[] = [];
  const seen = new Map<string, Promise<void>>();
  const going = { on: true };
  const each = async (pod: KubeObject): Promise<void> => {
    await sleep(restoring);
    const text = await admit(pod).catch((error: unknown) => (error as Error).message);
    if (text) said.push(`${pod.metadata.name}: ${text}`);
  };
  const loop = (async () => {
    while (going.on) {
      for (const pod of pods()) {
        const { uid } = pod.metadata;
        if (pod.spec?.nodeName && pod.metadata.labels?.["app.kubernetes.io/name"] === "cache-seed" && !seen.has(uid!)) seen.set(uid!, each(pod));
      }
      await sleep(200);
    }
  })();
  return {
    said,
    stop: async () => {
      going.on = false;
      await loop;
      await Promise.all(seen.values());
    },
  };
}
