import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../../modules/load-config";
import { isSeeded } from "../../modules/contract/seed";
import { seedObjects } from "../../modules/dagger/seed-objects";
import { builtCommands, commandStarts, type Called } from "./commands";
import { FakeCluster, runHere, running, type KubeThing } from "./fake-cluster";
import { minimal } from "./project";

const RUNNERS = "runners: [{cpu: 2, memory: 8Gi, max: 4}]";
export const FLEETS = `fleets: [{name: main, seed: {publish: true}, ${RUNNERS}}, {name: pr, seed: {from: main}, ${RUNNERS}}]\n`;
const BUCKET = "s3:https://s3.eu-west-1.amazonaws.com/seeds/dagger-ci/main/0.21.9";

export const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

const start = commandStarts();

/** A snapshot as restic lists it; `id` is a digit. */
export const snapshot = (id: number, seconds: number, bytes: number, ...tags: string[]) => ({
  id: String(id).repeat(64),
  time: ago(seconds),
  tags,
  summary: { total_bytes_processed: bytes },
});

/**
 * `npm run cache` beside a fake cluster, in which restic is a script: what is in `<month>.json` it lists, and it keeps what it
 * was told. A month without a file has no repository.
 */
export class SeededCluster {
  readonly cluster = new FakeCluster();
  readonly directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  private readonly restic = join(this.directory, "restic");
  private readonly children: ChildProcess[] = [];

  constructor(readonly yaml = minimal(FLEETS)) {
    mkdirSync(this.restic);
    writeFileSync(
      join(this.restic, "restic"),
      `#!/bin/sh
cd ${this.restic} || exit 1
echo "$SEEDS $AWS_DEFAULT_REGION $*" >>calls
while [ "$1" != -r ]; do shift; done
month=\${2##*/}
verb=$3
if [ -f "$verb.fails" ]; then cat "$verb.fails" >&2; exit 11; fi
case $verb in
  snapshots) if [ -f "$month.json" ]; then cat "$month.json"; else exit 10; fi ;;
  forget) echo '{"message_type":"summary","bytes":{"used":0,"total_remove":3200000000,"remaining":0}}' ;;
esac
`,
    );
    chmodSync(join(this.restic, "restic"), 0o755);
    this.cluster.exec = (executed) => runHere(this.restic, executed);
    const config = parseConfig(yaml);
    for (const fleet of config.fleets.filter(isSeeded)) {
      const objects = seedObjects(config, fleet, BUCKET) as (KubeThing & { kind: string })[];
      this.cluster.daemonSets.push(objects.find(({ kind }) => kind === "DaemonSet")!);
    }
  }

  /** A node of a fleet with engine and seed pod; `restored` is what the latter said in the end. */
  node(name: string, fleet: string, restored: string | undefined, hours = 1): void {
    const namespace = `dagger-${fleet}`;
    const metadata = (pod: string, labels: Record<string, string>) => ({ name: pod, namespace, uid: `uid-${pod}`, labels, creationTimestamp: ago(hours * 3600) });
    this.cluster.nodes.push({
      metadata: { name, resourceVersion: "1", labels: { "actions-runner": fleet } },
      spec: { taints: [{ key: "actions-runner", value: fleet, effect: "NoSchedule" }] },
    });
    const container = fleet === "main" ? "publish" : "stay";
    this.cluster.pods.push(
      { metadata: metadata(`engine-${name}`, { name: `${fleet}-engine` }), spec: { nodeName: name, containers: [{ name: "dagger-engine" }] }, status: running() },
      {
        metadata: metadata(`seed-${name}`, { "app.kubernetes.io/name": "cache-seed" }),
        spec: { nodeName: name, containers: [{ name: container }] },
        status: {
          ...running(),
          initContainerStatuses: [{ name: "restore", state: { terminated: { exitCode: 0, ...(restored === undefined ? {} : { message: `${restored}\n` }) } } }],
        },
      },
    );
  }

  runner(name: string, node: string, fleet = "main"): void {
    this.cluster.pods.push({
      metadata: { name, namespace: `dagger-${fleet}` },
      spec: { nodeName: node, containers: [{ name: "runner" }] },
      status: { phase: "Running" },
    });
  }

  seeds(month: "this" | "last", ...snapshots: object[]): void {
    const now = new Date();
    const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (month === "this" ? 0 : 1)));
    writeFileSync(join(this.restic, `${first.toISOString().slice(0, 7)}.json`), JSON.stringify(snapshots));
  }

  resticFails(verb: string, message: string): void {
    writeFileSync(join(this.restic, `${verb}.fails`), message);
  }

  /** What restic was told, with the months as words and without what all calls have. */
  calls(): string[] {
    const file = join(this.restic, "calls");
    if (!existsSync(file)) return [];
    return this.words(readFileSync(file, "utf8")).replaceAll(`${BUCKET} eu-west-1 --insecure-no-password --no-cache -o s3.connections=32 -r `, "").trim().split("\n");
  }

  /** Text without what differs from day to day. */
  words(text: string): string {
    const now = new Date();
    const month = (back: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back)).toISOString().slice(0, 7);
    return text
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "<time>")
      .replaceAll(month(0), "<this>")
      .replaceAll(month(1), "<last>")
      .replace(/cache-look-[0-9a-f]{8}/g, "cache-look")
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, "<server>");
  }

  /** Starts the command. */
  start(args: readonly string[], kubeconfig = this.cluster.kubeconfig()) {
    const { said, ended, kill } = start("commands/cache.js", args, this.place(kubeconfig));
    return { said, ended: ended.then((called) => this.inWords(called)), kill };
  }

  /** Starts it in a process of its own. */
  startAlone(args: readonly string[]) {
    const child = spawn(process.execPath, [join(builtCommands(), "commands/cache.js"), ...args], {
      ...this.place(this.cluster.kubeconfig()),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.children.push(child);
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (text) => (said.stdout += String(text)));
    child.stderr.on("data", (text) => (said.stderr += String(text)));
    const ended = new Promise<Called>((resolve) => child.on("close", (status) => resolve(this.inWords({ status: status!, ...said }))));
    return { child, said, ended };
  }

  private place(kubeconfig: string) {
    writeFileSync(join(this.directory, "dagger-ci.yaml"), this.yaml);
    writeFileSync(join(this.directory, "kubeconfig"), kubeconfig);
    return { cwd: this.directory, env: { ...process.env, HOME: this.directory, KUBECONFIG: kubeconfig === "" ? "none" : join(this.directory, "kubeconfig") } };
  }

  private inWords = ({ status, stdout, stderr }: Called): Called => ({ status, stdout: this.words(stdout), stderr: this.words(stderr) });

  remove(): void {
    for (const child of this.children) if (child.exitCode === null) child.kill("SIGKILL");
    this.cluster.close();
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
