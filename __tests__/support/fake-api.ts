import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A Kubernetes object, as the API gives it. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  metadata: { name: string; namespace?: string; uid?: string; [field: string]: unknown };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests write what no type allows
  spec?: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests write what no type allows
  status?: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above: events keep their fields at the top
  [field: string]: any;
}

/** The kinds that a cluster with Karpenter and both kinds of ARC knows; whether each is namespaced. */
const KINDS: Record<string, Record<string, boolean>> = {
  v1: { Node: false, Pod: true, Event: true, ResourceQuota: true },
  "apps/v1": { Deployment: true, DaemonSet: true },
  "karpenter.sh/v1": { NodePool: false, NodeClaim: false },
  "karpenter.k8s.aws/v1": { EC2NodeClass: false },
  "actions.github.com/v1alpha1": { EphemeralRunner: true, EphemeralRunnerSet: true, AutoscalingRunnerSet: true, AutoscalingListener: true },
  "actions.summerwind.dev/v1alpha1": { Runner: true, RunnerDeployment: true },
};
const plural = (kind: string) => (kind.endsWith("s") ? `${kind}es` : `${kind}s`).toLowerCase();

/** A Kubernetes API whose objects can be listed, with discovery; any other request is refused, so that a command that changes something fails. */
export class FakeApi {
  objects: ApiObject[] = [];
  /** Groups that the cluster does not have. */
  without: string[] = [];
  /** Kinds that may not be listed, with what the API says. */
  refusals: Record<string, string> = {};
  /** Kinds that it is not ready to list, with how many times more it says so. */
  busy: Record<string, number> = {};
  /** Logs, by `pod container`. */
  logs: Record<string, string> = {};
  readonly requests: string[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://c");
    const path = url.pathname;
    this.requests.push(`${request.method} ${path}`);
    const ofPod = /^\/api\/v1\/namespaces\/[^/]+\/pods\/([^/]+)\/log$/.exec(path)?.[1];
    if (ofPod !== undefined) {
      response.writeHead(200, { "content-type": "text/plain" }).end(this.logs[`${ofPod} ${url.searchParams.get("container")}`] ?? "");
      return;
    }
    const [status, body] = request.method === "GET" ? this.get(path) : ([405, { message: "this cluster is only looked at" }] as const);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });

  async listen(): Promise<void> {
    this.server.on("connection", (socket) => this.sockets.add(socket));
    await new Promise<void>((done) => void this.server.listen(0, "127.0.0.1", done));
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  kubeconfig(): string {
    const server = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      users: [{ name: "u", user: {} }],
      "current-context": "c",
    });
  }

  private get(path: string): readonly [number, unknown] {
    const [, , apiVersion = "", rest] = /^\/(api|apis)\/(v1|[^/]+\/[^/]+)(?:\/(.+))?$/.exec(path) ?? [];
    const kinds = this.without.includes(apiVersion.split("/")[0]!) ? undefined : KINDS[apiVersion];
    if (kinds === undefined) return [404, { kind: "Status", message: "the server could not find the requested resource" }];
    if (rest === undefined) {
      return [200, { kind: "APIResourceList", groupVersion: apiVersion, resources: Object.entries(kinds).map(([kind, namespaced]) => ({ name: plural(kind), kind, namespaced, verbs: ["list"] })) }];
    }
    const [, namespace, resource] = /^(?:namespaces\/([^/]+)\/)?([^/]+)$/.exec(rest) ?? [];
    const kind = Object.keys(kinds).find((one) => plural(one) === resource);
    if (kind === undefined) return [404, { kind: "Status", message: "the server could not find the requested resource" }];
    if (this.refusals[kind] !== undefined) return [403, { kind: "Status", message: this.refusals[kind] }];
    if ((this.busy[kind] ?? 0) > 0) {
      this.busy[kind]! -= 1;
      return [429, { kind: "Status", message: "storage is (re)initializing" }];
    }
    const items = this.objects.filter((one) => one.apiVersion === apiVersion && one.kind === kind && (namespace === undefined || one.metadata.namespace === namespace));
    return [200, { kind: `${kind}List`, apiVersion, metadata: { resourceVersion: "1" }, items }];
  }
}
