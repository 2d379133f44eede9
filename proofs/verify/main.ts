import { spawnSync } from "node:child_process";
import { healthy } from "../../__tests__/operations/verify/healthy";
import { loadConfig } from "../../modules/load-config";
import { KINDS } from "../../operations/verify/snapshot";

/** Puts a healthy installation into a real cluster, breaks it in one way after another, and asks the commands. */
interface Item {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; finalizers?: string[] };
  spec?: Record<string, unknown>;
  status?: unknown;
}
let passed = 0;
let failed = 0;
const start = Date.now();

function kubectl(args: string[], input?: object): string {
  const { status, stdout, stderr } = spawnSync("kubectl", args, { input: input && JSON.stringify(input), encoding: "utf8" });
  if (status !== 0) throw new Error(`kubectl ${args.join(" ")}: ${stderr}`);
  return stdout;
}
const command = (name: string, ...args: string[]) =>
  spawnSync(process.execPath, [`dist/commands/${name}.js`, ...args], { encoding: "utf8" });
function expectThat(title: string, holds: boolean, seen: string): void {
  if (holds) passed++;
  else failed++;
  console.log(`${holds ? "ok  " : "FAIL"}  ${title}${holds ? "" : `\n${seen}`}`);
}

const CUSTOM = [
  ...["NodePool", "EC2NodeClass"].map((kind) => [kind === "NodePool" ? "karpenter.sh" : "karpenter.k8s.aws", kind, "v1", "Cluster"]),
  ...["AutoscalingRunnerSet", "AutoscalingListener", "EphemeralRunner", "EphemeralRunnerSet"].map((kind) => ["actions.github.com", kind, "v1alpha1", "Namespaced"]),
  ...["Runner", "RunnerDeployment"].map((kind) => ["actions.summerwind.dev", kind, "v1alpha1", "Namespaced"]),
] as [string, string, string, string][];

/** A CRD that takes any fields: what is proved here is how the commands read, not what the controllers accept. */
const crd = ([group, kind, version, scope]: (typeof CUSTOM)[number]) => {
  const plural = `${kind.toLowerCase()}${kind.endsWith("s") ? "es" : "s"}`;
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope, names: { kind, plural, listKind: `${kind}List` }, versions: [{ name: version, served: true, storage: true, schema, subresources: { status: {} } }] },
  };
};

/** What the API wants besides what is looked at. */
function complete(item: Item): Item {
  const labels = { app: item.metadata.name };
  const containers = [{ name: "main", image: "image" }];
  if (item.kind === "Deployment" || item.kind === "DaemonSet") {
    return { ...item, spec: { ...item.spec, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } } };
  }
  if (item.kind !== "Pod") return item;
  const own = (item.spec?.containers ?? containers) as { image?: string }[];
  return { ...item, spec: { ...item.spec, automountServiceAccountToken: false, containers: own.map((container) => ({ image: "image", ...container })) } };
}

function put(item: Item): void {
  const { status, ...rest } = complete(item);
  kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], rest);
  if (status) setStatus(item, status);
}
const where = ({ metadata }: Item) => (metadata.namespace === undefined ? [] : ["-n", metadata.namespace]);
function setStatus(item: Item, status: unknown): void {
  const resource = `${item.kind.toLowerCase()}.${item.apiVersion.includes("/") ? item.apiVersion.replace(/^(.*)\/(.*)$/, "$2.$1") : "v1."}`;
  const kind = item.apiVersion.includes("/") ? resource : item.kind.toLowerCase();
  kubectl(["patch", kind, item.metadata.name, ...where(item), "--subresource=status", "--type=merge", "-p", JSON.stringify({ status })]);
}
const remove = (item: Item) => kubectl(["delete", item.kind.toLowerCase(), item.metadata.name, ...where(item), "--force", "--grace-period=0"]);

const config = loadConfig();
for (const definition of CUSTOM) kubectl(["apply", "-f", "-"], crd(definition));
for (const [group, kind] of CUSTOM) kubectl(["wait", "--for=condition=Established", "--timeout=60s", `crd/${crd([group, kind, "", ""]).metadata.name}`]);
const items = Object.entries(healthy(config)).flatMap(([key, list]) => {
  const [apiVersion, kind] = KINDS[key as keyof typeof KINDS];
  return ((list ?? []) as object[]).map((object) => ({ apiVersion, kind, ...object }) as Item);
});
const namespaces = new Set(items.map(({ metadata }) => metadata.namespace).filter((name): name is string => name !== undefined));
for (const name of namespaces) {
  if (name !== "kube-system") kubectl(["create", "namespace", name]);
  // Usually a controller's work.
  if (name !== "kube-system") kubectl(["create", "serviceaccount", "default", "-n", name]);
}
for (const item of items) put(item);
const find = (kind: string, name: string) => items.find((item) => item.kind === kind && item.metadata.name.startsWith(name))!;

const good = command("verify");
expectThat("a healthy installation passes, exit code 0", good.status === 0 && !good.stdout.includes("FAIL"), good.stdout + good.stderr);
const json = command("verify", "--json");
expectThat("--json gives a list of findings", Array.isArray(JSON.parse(json.stdout)), json.stdout);

const engine = find("Pod", "main-engine");
const runner = find("Pod", `${config.name}-main-2c-8g-runner`);
const notReady = { conditions: [{ type: "Ready", status: "False", message: "broken here", reason: "Test", lastTransitionTime: new Date().toISOString() }] };
const BROKEN: [string, RegExp, Item, () => void][] = [
  ["a controller that is not ready", /controller karpenter +0 of 2 ready/, find("Deployment", "karpenter"), () => setStatus(find("Deployment", "karpenter"), { readyReplicas: 0 })],
  ["a controller that is gone", /controller arc-gha-rs-controller +not in namespace/, find("Deployment", "arc"), () => remove(find("Deployment", "arc"))],
  ["a NodePool that is not Ready", /NodePool main +not Ready \(broken here\)/, find("NodePool", "main"), () => setStatus(find("NodePool", "main"), notReady)],
  ["an EC2NodeClass that is missing", /EC2NodeClass main +missing/, find("EC2NodeClass", "main"), () => remove(find("EC2NodeClass", "main"))],
  ["a node without its engine", /engine on node-main +0 engines/, engine, () => remove(engine)],
  ["an engine that is not ready", /engine on node-main +not ready/, engine, () => setStatus(engine, notReady)],
  ["an engine's DaemonSet that is gone", /engine of fleet main +DaemonSet main-engine is not in namespace/, find("DaemonSet", "main"), () => remove(find("DaemonSet", "main"))],
  ["a runner set that the controller deleted", /runner set \S+ +missing/, find("AutoscalingRunnerSet", config.name), () => remove(find("AutoscalingRunnerSet", config.name))],
  ["a runner set whose runners GitHub refuses", /phase +Outdated/, find("AutoscalingRunnerSet", config.name), () => setStatus(find("AutoscalingRunnerSet", config.name), { phase: "Outdated" })],
  ["a listener that is gone", /listener +missing/, find("AutoscalingListener", config.name), () => remove(find("AutoscalingListener", config.name))],
  ["a listener whose pod failed", /listener +its pod is Failed/, find("Pod", `${config.name}-main-2c-8g-listener`), () => setStatus(find("Pod", `${config.name}-main-2c-8g-listener`), { phase: "Failed" })],
  ["a runner that failed", /runners of fleet main +\S+ failed/, runner, () => setStatus(runner, { phase: "Failed" })],
];
for (const [title, expected, item, breakIt] of BROKEN) {
  breakIt();
  const { status, stdout, stderr } = command("verify");
  expectThat(`${title}: found, exit code 1`, status === 1 && expected.test(stdout), stdout + stderr);
  spawnSync("kubectl", ["delete", item.kind.toLowerCase(), item.metadata.name, ...where(item), "--force", "--grace-period=0", "--ignore-not-found"]);
  put(item);
}
expectThat("mended, it passes again", command("verify").status === 0, "");

const stuck = (apiVersion: string, kind: string, name: string, finalizers: string[]): Item => ({ apiVersion, kind, metadata: { name, namespace: "dagger-main", finalizers } });
const GITHUB = "actions.github.com/v1alpha1";
const inOrder = [
  stuck(GITHUB, "EphemeralRunner", "r", ["ephemeralrunner.actions.github.com/finalizer", "ephemeralrunner.actions.github.com/runner-registration-finalizer"]),
  stuck(GITHUB, "AutoscalingListener", "l", ["autoscalinglistener.actions.github.com/finalizer"]),
  stuck(GITHUB, "AutoscalingRunnerSet", "s", ["autoscalingrunnerset.actions.github.com/finalizer"]),
  stuck("actions.summerwind.dev/v1alpha1", "Runner", "old", ["runner.actions.summerwind.dev"]),
  stuck("v1", "Secret", "github", ["actions.github.com/cleanup-protection"]),
];
const foreign = stuck("v1", "ConfigMap", "foreign", ["example.com/keep"]);
for (const item of [...inOrder].reverse().concat(foreign)) {
  kubectl(["apply", "-f", "-"], item);
  kubectl(["delete", "--wait=false", "-f", "-"], item);
}
const listed = command("destroy", "--clear-finalizers");
const names = [...listed.stdout.matchAll(/^ {4}(\w+) dagger-main\/(\w+)/gm)].map(([, kind]) => kind);
expectThat("stuck objects of both ARCs are listed in the order in which to clear them, nothing is changed", names.join() === inOrder.map(({ kind }) => kind).join() && listed.stdout.includes("Nothing was changed"), listed.stdout + listed.stderr);
const cleared = command("destroy", "--clear-finalizers", "--yes");
expectThat("with --yes they go", cleared.status === 0 && command("destroy", "--clear-finalizers").stdout.startsWith("No object"), cleared.stdout + cleared.stderr);
expectThat("other finalizers are left alone", kubectl(["get", "configmap", "foreign", "-n", "dagger-main", "-o", "name"]).includes("foreign"), "");

console.log(`after ${((Date.now() - start) / 1000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
