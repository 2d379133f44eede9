// The rig and its cluster: start, stop, kubectl, and one look at everything that matters.
import { execFile, spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Account, KubeObject, World } from "./objects";

const exec = promisify(execFile);
const options = { maxBuffer: 1 << 28 };

/** Starts the rig; returns what its account holds: vpc, subnets, sg, profile, queue. How pods end is in kwok/kwok.yaml. */
export async function start<A extends Account>(directory: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<A> {
  const env = { ...process.env, KWOK_WORKDIR: resolve("proofs/karpenter/kwok"), ...environment };
  const { stdout } = await exec(join(directory, "up"), args, { ...options, env });
  process.env.KUBECONFIG = /^export KUBECONFIG=(.*)$/m.exec(stdout)![1]!;
  return JSON.parse(/^\{.*\}$/m.exec(stdout)![0]) as A;
}

export const stop = (directory: string): void => void spawnSync(join(directory, "down"), { stdio: "ignore" });

/** Runs kubectl; objects go in as one list. Returns what it printed. */
export function kubectl(args: readonly string[], ...objects: readonly object[]): Promise<string> {
  const running = exec("kubectl", objects.length > 0 ? [...args, "-f", "-"] : args, options);
  running.child.stdin!.end(objects.length > 0 ? JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }) : "");
  return running.then(
    ({ stdout }) => stdout,
    (error: unknown) => {
      const { message, stderr = message, stdout: printed = "" } = error as Error & { stderr?: string; stdout?: string };
      throw new Error(`kubectl ${args.join(" ")}: ${stderr}${printed}`);
    },
  );
}

/** As Terraform's kubernetes_manifest does it; `strict` refuses a field that the API does not know. */
export const APPLY = ["--server-side", "--field-manager=Terraform"];
export const apply = (...objects: readonly object[]) => kubectl(["apply", ...APPLY, "--validate=strict"], ...objects);
export const create = (...objects: readonly object[]) => kubectl(["create", "--validate=strict"], ...objects);
export const remove = (...objects: readonly object[]) => kubectl(["delete", "--wait=false"], ...objects);

/** The object as the API server has it. */
export const stored = async ({ kind, metadata: { name, namespace } }: Pick<KubeObject, "kind" | "metadata">): Promise<KubeObject> =>
  JSON.parse(await kubectl(["get", kind, name, ...(namespace ? ["-n", namespace] : []), "-o", "json"])) as KubeObject;

/** One look at the cluster. */
export async function look(): Promise<World> {
  const text = await kubectl(["get", "nodes,pods,nodeclaims,nodepools,ec2nodeclasses", "-A", "-o", "json"]);
  const { items } = JSON.parse(text) as { items: KubeObject[] };
  const of = (kind: string) => items.filter((item) => item.kind === kind);
  const pods = of("Pod");
  return {
    nodes: of("Node"),
    claims: of("NodeClaim"),
    pools: of("NodePool"),
    classes: of("EC2NodeClass"),
    pods,
    runners: pods.filter(({ metadata }) => metadata.labels?.proof === "runner"),
    engines: pods.filter(({ metadata }) => metadata.labels?.proof === "engine"),
  };
}

/** Instances of the account that are not terminated. */
export async function instances({ queue }: Account): Promise<number> {
  const answer = await fetch(new URL(queue).origin, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: "Action=DescribeInstances&Version=2016-11-15",
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`DescribeInstances: ${answer.status} ${text.slice(0, 200)}`);
  return [...text.matchAll(/<instanceState>\s*<code>\d+<\/code>\s*<name>([a-z-]+)<\/name>/g)].filter(
    ([, state]) => state !== "terminated",
  ).length;
}

/** A node that Karpenter does not own, open to every pod: what lands here was not kept away. */
export const supportNode = {
  apiVersion: "v1",
  kind: "Node",
  metadata: {
    name: "support",
    labels: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "support-node": "true" },
    annotations: { "kwok.x-k8s.io/node": "fake" },
  },
  status: Object.fromEntries(
    ["capacity", "allocatable"].map((kind) => [kind, { cpu: "64", memory: "256Gi", "ephemeral-storage": "4000Gi", pods: "110" }]),
  ),
};
