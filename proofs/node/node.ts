import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";

/** What a node is. */
export interface NodeSettings {
  /** Folder with `bin` (kubelet, containerd, its shim, ctr, runc) and `cni`, the plug-ins. */
  readonly parts: string;
  /** Folder of the node alone; it is made, and goes with it. */
  readonly folder: string;
  /** 1 to 250, another for each node: its addresses come from it. */
  readonly number: number;
  readonly name: string;
  readonly providerId?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly maxPods: number;
  /** Of an administrator of an API server that listens on the loopback interface of the caller's network. */
  readonly kubeconfig: string;
  /** What the API server has as /etc/hosts: it asks kubelets by their names, for logs and the like. */
  readonly hosts?: string;
  /** Port, on the caller's side, of the registry with all images: `images.mjs`. It must have `PAUSE`. */
  readonly registryPort: number;
  /** What the instance has, as the kubelet is made to see it. */
  readonly size: { readonly cpus: number; readonly memoryMib: number; readonly diskGb: number };
  /** What is kept from pods, as a kubelet's `kubeReserved`. */
  readonly reserved?: Readonly<Record<string, string>>;
  /** Whether its disk is mounted where a node's array is. */
  readonly array: boolean;
}

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string; readonly "certificate-authority"?: string } }];
  readonly users: readonly [{ readonly user: Readonly<Record<string, unknown>> }];
}

/** The image of each pod's first container, by the name that Kubernetes has for it. */
export const PAUSE = "registry.k8s.io/pause:3.10";
/** Service address of the Kubernetes API; the certificates of API servers have it. */
const API = "10.96.0.1";
const CGROUPS = "/sys/fs/cgroup";
const run = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/**
 * A node with a real kubelet and containerd in namespaces of its own: network, mounts, processes, cgroups. Whatever runs on it
 * ends with its first process. Its pods reach the Kubernetes API as a Service does, at 10.96.0.1.
 *
 * @example
 * const node = await RealNode.start({ parts, folder: "/tmp/node-1", number: 1, name: "node-1", labels, taints, … });
 * await node.stop();
 */
export class RealNode {
  private stopped = false;

  private constructor(
    readonly settings: NodeSettings,
    private readonly outer: ChildProcess,
    private readonly cgroups: readonly string[],
    private readonly link: string,
    private readonly rule: readonly string[],
  ) {}

  static async start(settings: NodeSettings): Promise<RealNode> {
    const { name, number, size, array } = settings;
    const folder = resolve(settings.folder);
    mkdirSync(folder, { recursive: true });
    const [outside, inside, port] = [`10.200.${number}.1`, `10.200.${number}.2`, new URL(kubeconfigOf(settings).clusters[0].cluster.server).port || "443"];
    writeFiles({ ...settings, folder }, { inside, outside });

    if (settings.hosts !== undefined) appendFileSync(settings.hosts, `${inside} ${name}\n`);
    const cgroups = makeCgroups(`node-${randomUUID()}`);
    const environment = { PARTS: resolve(settings.parts), FOLDER: folder, NAME: name, CPUS: size.cpus, MEMORY_MIB: size.memoryMib, DISK_GB: size.diskGb, ARRAY: array ? "yes" : "" };
    const enter = `for group in "$@"; do echo $$ >"$group/cgroup.procs"; done
      exec unshare --cgroup --mount --net --pid --uts --ipc --fork --mount-proc --kill-child bash proofs/node/node.sh >"$FOLDER/node.log" 2>&1`;
    const outer = spawn("sh", ["-ec", enter, "sh", ...cgroups], {
      stdio: "ignore",
      env: { ...process.env, ...Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, String(value)])) },
    });

    // The API server sees the node's requests, and those of its pods, as its own machine's.
    const link = `node-${number}`;
    const rule = ["PREROUTING", "-t", "nat", "-i", link, "-d", API, "-p", "tcp", "--dport", "443", "-j", "DNAT", "--to-destination", `127.0.0.1:${port}`];
    const node = new RealNode({ ...settings, folder }, outer, cgroups, link, rule);
    const pid = String(await node.pid());
    run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", pid);
    run("ip", "address", "add", `${outside}/30`, "dev", link);
    run("ip", "link", "set", link, "up");
    run("sysctl", "-q", "-w", `net.ipv4.conf.${link}.route_localnet=1`);
    run("iptables", "-I", ...rule);
    node.run("ip", "address", "add", `${inside}/30`, "dev", "eth0");
    node.run("ip", "link", "set", "eth0", "up");
    node.run("ip", "route", "add", "default", "via", outside);
    return node;
  }

  /** Its first process, as the caller numbers it. */
  private async pid(): Promise<number> {
    for (let i = 0; i < 100; i += 1) {
      const child = this.firstProcess();
      // Until `unshare` has run its program, the child still is `unshare` itself, and its mounts are not its own.
      if (child !== undefined && readFileSync(`/proc/${child}/comm`, "utf8") === "bash\n") return child;
      await sleep(50);
    }
    throw new Error(`${this.settings.name} did not start:\n${this.log("node")}`);
  }

  private firstProcess(): number | undefined {
    const { pid } = this.outer;
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
    return child ? Number(child) : undefined;
  }

  /** What `node`, `containerd` or `kubelet` said. */
  log = (what: string): string => readFileSync(join(this.settings.folder, `${what}.log`), "utf8");

  /** What it and its pods said last. */
  lastWords = (): string => `${this.log("node")}\n${this.run("sh", "-c", `grep "^E" "$1" | tail -n 9 | cut -c -400; tail -n 4 /var/log/pods/*/*/*.log || :`, "sh", join(this.settings.folder, "kubelet.log"))}`;

  /** Words that run another command on the node. */
  private words = (command: readonly string[]) => ["-t", String(this.firstProcess()), "-m", "-n", "-p", "-u", "-i", "-C", "--", ...command];

  /** Runs a command on the node; it must succeed. */
  run = (...command: string[]): string => run("nsenter", ...this.words(command));

  /** Mounts its disk where a node's array is. */
  giveArray(): void {
    this.run("sh", "-c", 'mkdir -p /mnt/k8s-disks/0 && mount --bind "$1" /mnt/k8s-disks/0', "sh", join(this.settings.folder, "disk"));
  }

  /** Ends containerd or the kubelet; it comes again after a second, or when it is let go. */
  end(what: "containerd" | "kubelet", { hold = false } = {}): void {
    if (hold) writeFileSync(join(this.settings.folder, `${what}.held`), "");
    this.run("pkill", "-x", what);
  }
  letGo = (what: "containerd" | "kubelet"): void => rmSync(join(this.settings.folder, `${what}.held`));

  /** Ends everything on it at once, as the end of an instance does, and takes away what it had. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    if (this.outer.exitCode === null && this.outer.signalCode === null) {
      const gone = new Promise((done) => this.outer.once("exit", done));
      this.outer.kill("SIGKILL");
      await gone;
    }
    run("iptables", "-D", ...this.rule);
    // The kernel takes it away with the other end, but in its own time.
    spawnSync("ip", ["link", "delete", this.link]);
    for (const cgroup of this.cgroups) await removeCgroup(cgroup);
    rmSync(this.settings.folder, { recursive: true, force: true });
  }
}

const kubeconfigOf = ({ kubeconfig }: NodeSettings) => parse(readFileSync(kubeconfig, "utf8")) as Kubeconfig;

/** What containerd and kubelet are told; the latter as AL2023 does it, where that matters here. */
function writeFiles(settings: NodeSettings, { inside, outside }: { readonly inside: string; readonly outside: string }): void {
  const { folder, parts, name, number, labels, taints, registryPort } = settings;
  const registry = `http://${outside}:${registryPort}`;
  const write = (file: string, content: unknown) => writeFileSync(join(folder, file), typeof content === "string" ? content : stringify(content));
  mkdirSync(join(folder, "hosts/_default"), { recursive: true });
  mkdirSync(join(folder, "cni"));
  write("hosts/_default/hosts.toml", `server = "${registry}"\n[host."${registry}"]\n  capabilities = ["pull", "resolve"]\n`);
  write("containerd.toml", `version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE}"
  restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "${folder}/hosts"
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${resolve(parts)}/cni"
  conf_dir = "${folder}/cni"
`);
  const ipam = { type: "host-local", ranges: [[{ subnet: `10.201.${number}.0/24` }]], routes: [{ dst: "0.0.0.0/0" }] };
  write("cni/pods.conflist", JSON.stringify({ cniVersion: "0.4.0", name: "pods", plugins: [{ type: "bridge", bridge: "pods", isGateway: true, ipMasq: true, ipam }] }));

  // It comes in as a node, so that the API server gives it what a node gets.
  const { clusters, users, ...rest } = kubeconfigOf(settings);
  const cluster = { ...clusters[0], cluster: { ...clusters[0].cluster, server: `https://${API}` } };
  const user = { ...users[0], user: { ...users[0].user, as: `system:node:${name}`, "as-groups": ["system:nodes"] } };
  write("kubeconfig", { ...rest, clusters: [cluster], users: [user] });

  write("resolv.conf", "nameserver 127.0.0.1\n");
  write("kubelet.yaml", {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    // What the API server asks of it (logs, exec) comes without a certificate here.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: "AlwaysAllow" },
    cgroupDriver: "cgroupfs",
    failCgroupV1: false,
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    resolvConf: join(folder, "resolv.conf"),
    serializeImagePulls: false,
    evictionHard: { "memory.available": "100Mi", "nodefs.available": "10%", "nodefs.inodesFree": "5%" },
    kubeReserved: settings.reserved ?? {},
    maxPods: settings.maxPods,
    registerWithTaints: taints,
    ...(settings.providerId === undefined ? {} : { providerID: settings.providerId }),
  });
  const flags = {
    config: join(folder, "kubelet.yaml"),
    kubeconfig: join(folder, "kubeconfig"),
    "hostname-override": name,
    "node-ip": inside,
    "node-labels": Object.entries(labels).map((label) => label.join("=")).join(","),
    v: "2",
  };
  write("kubelet.flags", Object.entries(flags).map(([flag, value]) => `--${flag}=${value}\n`).join(""));
}

/** A cgroup of its own in each hierarchy. */
function makeCgroups(name: string): string[] {
  const hierarchies = readFileSync("/proc/self/cgroup", "utf8").split("\n").map((line) => line.split(":")[1]).filter((name) => name !== undefined && name !== "") as string[];
  return hierarchies.map((hierarchy) => {
    const root = join(CGROUPS, hierarchy.replace("name=", ""));
    const cgroup = join(root, name);
    mkdirSync(cgroup, { recursive: true });
    // A new group of processors has none.
    if (hierarchy === "cpuset") {
      for (const file of ["cpuset.cpus", "cpuset.mems"]) writeFileSync(join(cgroup, file), readFileSync(join(root, file)));
    }
    return cgroup;
  });
}

async function removeCgroup(cgroup: string): Promise<void> {
  for (const entry of readdirSync(cgroup, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeCgroup(join(cgroup, entry.name));
  }
  for (let tries = 0; ; tries += 1) {
    try {
      rmdirSync(cgroup);
      return;
    } catch (error) {
      // What was killed needs a moment to leave.
      if (tries === 100) throw error;
      await sleep(50);
    }
  }
}
