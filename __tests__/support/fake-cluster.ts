import { execFile } from "node:child_process";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** A Kubernetes object as far as tests write it. */
export interface KubeThing {
  metadata: { name: string; namespace?: string; uid?: string; resourceVersion?: string; labels?: Record<string, string>; creationTimestamp?: string; deletionTimestamp?: string };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests write what no type allows
  spec?: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests write what no type allows
  status?: any;
}
export interface Executed {
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
}
/** What a command in a container comes to: its end, or the connection's. */
export type Outcome = { readonly code: number; readonly stdout?: string; readonly stderr?: string } | "broken";
type Refusal = readonly [status: number, message: string];

interface FakeSocket {
  send(data: Buffer): void;
  close(): void;
  terminate(): void;
}
interface FakeSockets {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: FakeSocket) => void): void;
}
const { WebSocketServer } = jest.requireActual<{ WebSocketServer: new (options: object) => FakeSockets }>("ws");

/**
 * A Kubernetes API with nodes, pods and DaemonSets that can be read, changed, made and deleted, and with commands in
 * containers over WebSocket, as the real one serves them. Tests say what happens at what moment.
 */
export class FakeCluster {
  nodes: KubeThing[] = [];
  pods: KubeThing[] = [];
  daemonSets: KubeThing[] = [];
  /** Method and path of all that was asked. */
  readonly requests: string[] = [];
  readonly made: KubeThing[] = [];
  readonly executed: Executed[] = [];
  /** What the API refuses, by the start of method and path. */
  refusals: Record<string, Refusal> = {};
  /** What a command comes to. */
  exec: (executed: Executed) => Promise<Outcome> = () => Promise.resolve({ code: 0 });
  /** What happens at a request, before it is answered. */
  at: (request: string) => void = () => undefined;
  /** What a new pod is at once. */
  start: (pod: KubeThing) => void = (pod) => (pod.status = running());
  /** Whether a deleted pod is gone at once; else the test takes it away. */
  goesAtOnce = true;

  private readonly server: Server = createServer((request, response) => this.answer(request, response));
  private readonly connections = new Set<Duplex>();
  private readonly sockets = new WebSocketServer({ noServer: true });

  async listen(): Promise<void> {
    this.server.on("connection", (socket) => this.connections.add(socket));
    this.server.on("upgrade", (request, socket, head) => this.upgrade(request, socket, head));
    await new Promise<void>((done) => void this.server.listen(0, "127.0.0.1", done));
  }

  close(): void {
    this.server.close();
    for (const socket of this.connections) socket.destroy();
  }

  /** A kubeconfig that leads here. */
  kubeconfig(): string {
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server: url, "insecure-skip-tls-verify": true } }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      users: [{ name: "u", user: {} }],
      "current-context": "c",
    });
  }

  /** A node's taints, as kubectl writes them. */
  taints(node: string): string[] {
    const spec = this.nodes.find(({ metadata }) => metadata.name === node)?.spec as { taints?: { key: string; value?: string; effect: string }[] } | undefined;
    return (spec?.taints ?? []).map(({ key, value, effect }) => `${key}=${value ?? ""}:${effect}`);
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const [status, body] = this.respond(`${request.method} ${(request.url ?? "").replace(/\?.*/, "")}`, new URL(request.url!, "http://c"), Buffer.concat(chunks).toString());
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  }

  private refusal(asked: string): Refusal | undefined {
    return Object.entries(this.refusals).find(([start]) => asked.startsWith(start))?.[1];
  }

  private respond(asked: string, url: URL, text: string): readonly [number, unknown] {
    this.requests.push(asked);
    this.at(asked);
    const refusal = this.refusal(asked);
    if (refusal) return [refusal[0], { kind: "Status", message: refusal[1] }];
    const body = (text === "" ? {} : JSON.parse(text)) as KubeThing;
    const [, method, , namespace, kind, name] = /^(\w+) \/(api\/v1|apis\/apps\/v1)(?:\/namespaces\/([^/]+))?\/(nodes|pods|daemonsets)(?:\/([^/]+))?$/.exec(asked) ?? [];
    const all = kind === "nodes" ? this.nodes : kind === "pods" ? this.pods : kind === "daemonsets" ? this.daemonSets : [];
    const here = all.filter(({ metadata }) => metadata.namespace === namespace);
    if (method === "POST") {
      body.metadata.namespace = namespace!;
      this.made.push(structuredClone(body));
      this.start(body);
      this.pods.push(body);
      return [201, body];
    }
    if (name === undefined) return [200, { kind: "List", items: here.filter(matches(url.searchParams.get("labelSelector"))) }];
    const found = here.find(({ metadata }) => metadata.name === name);
    if (found === undefined) return [404, { kind: "Status", message: `${kind} "${name}" not found` }];
    if (method === "DELETE") {
      found.metadata.deletionTimestamp = new Date().toISOString();
      if (this.goesAtOnce) this.pods = this.pods.filter((pod) => pod !== found);
    }
    if (method === "PATCH") {
      if (body.metadata.resourceVersion !== found.metadata.resourceVersion) return [409, { kind: "Status", message: "the object has been modified" }];
      found.metadata.resourceVersion = String(Number(found.metadata.resourceVersion) + 1);
      found.spec = { ...(found.spec as object), ...(body.spec as object) };
    }
    return [200, found];
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url!, "http://c");
    const refusal = this.refusal(`EXEC ${url.pathname}`);
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal[0]} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const executed = { pod: url.pathname.split("/")[6]!, container: url.searchParams.get("container")!, command: url.searchParams.getAll("command") };
    this.executed.push(executed);
    this.requests.push(`EXEC ${executed.pod}`);
    this.sockets.handleUpgrade(request, socket, head, (opened) => {
      void this.exec(executed).then((outcome) => {
        if (outcome === "broken") {
          opened.terminate();
          return;
        }
        const send = (channel: number, text: string) => opened.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
        send(1, outcome.stdout ?? "");
        send(2, outcome.stderr ?? "");
        send(3, JSON.stringify(statusOf(outcome.code)));
        opened.close();
      });
    });
  }
}

export const running = () => ({ phase: "Running", containerStatuses: [{ state: { running: {} } }] });

/** As the kubelet tells how a command ended. */
const statusOf = (code: number) =>
  code === 0 ? { status: "Success" } : { status: "Failure", reason: "NonZeroExitCode", details: { causes: [{ reason: "ExitCode", message: String(code) }] } };

const matches =
  (selector: string | null) =>
  ({ metadata }: KubeThing): boolean => {
    const [key = "", value] = (selector ?? "").split("=");
    return selector === null || metadata.labels?.[key] === value;
  };

/** Runs a command of a container here, with programs of the test's own before all others. */
export const runHere = (programs: string, { command: [program, ...args] }: Executed): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile(program!, args, { env: { PATH: `${programs}:${process.env.PATH}` } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
