import { kubectl } from "./rig";
import { check, until } from "../report/steps";
import type { Installation } from "./installation";

/** Kinds that Kubernetes itself writes all the time, and what comes with CRDs, which stay by design. */
const PASSING = new Set(["Event", "Lease", "Endpoints", "EndpointSlice", "ComponentStatus", "CustomResourceDefinition", "APIService"]);
const EACH = "{{range .items}}{{.kind}} {{with .metadata.namespace}}{{.}}/{{end}}{{.metadata.name}}\n{{end}}";

/** What Kubernetes puts into every namespace. */
const OF_NAMESPACE = /^(ServiceAccount \S+\/default|ConfigMap \S+\/kube-root-ca\.crt)$/;

/** Every object in the cluster that somebody made, such as `ConfigMap kube-system/kube-root-ca.crt`. */
export async function objects(): Promise<Set<string>> {
  const kinds = (await kubectl(["api-resources", "--verbs=list", "-o", "name"])).trim().split("\n");
  const all = await kubectl(["get", kinds.join(","), "-A", "-o", `go-template=${EACH}`]);
  return new Set(all.trim().split("\n").filter((line) => !PASSING.has(line.split(" ")[0]!) && !OF_NAMESPACE.test(line)));
}

/** What is there and was not before. */
async function added(before: ReadonlySet<string>): Promise<string[]> {
  return [...(await objects())].filter((object) => !before.has(object)).sort();
}

/** Waits until a cluster is as it was before an installation, but for what stays: the namespaces that Helm makes, and what is named. */
export async function cleared(installation: Installation, before: ReadonlySet<string>, named: readonly string[] = []): Promise<void> {
  const stays = [...installation.namespacesOfHelm("addons").map((namespace) => `Namespace ${namespace}`), ...named];
  const left = async () => (await added(before)).filter((object) => !stays.includes(object));
  await until("all objects are gone", 60, async () => (await left()).length === 0).catch(async () => check(false, `left: ${(await left()).join(", ")}`));
}
