import type { Changed } from "../changes";
import { attributeChanges } from "../diff";
import { at } from "../plan-json";
import type { Rule } from "./rule";

const ENGINE_CHART = "dagger-helm";
const RUNNER_CHART = "gha-runner-scale-set";

/** The attributes of a release that reach the pods in it. */
const REACHES_PODS = /^(values|version|chart|repository|set)/;

/**
 * A fleet's engines that restart while its runners stay on. Engine and runners are in the fleet's namespace, and that
 * is how they find each other here.
 */
export const engineRestart: Rule = (changes) =>
  changes.flatMap((engine) => {
    if (engine.type !== "helm_release" || !["change", "replace", "destroy"].includes(engine.kind)) return [];
    if (at(engine.change.before, "chart") !== ENGINE_CHART) return [];
    const reaches = attributeChanges(engine.type, engine.change).filter(({ path }) => REACHES_PODS.test(path));
    if (engine.kind === "change" && reaches.length === 0) return [];
    const namespace = at(engine.change.before, "namespace");
    const runners = changes.filter((change) => staysOn(change, namespace)).map(runnerName);
    if (runners.length === 0) return [];
    return [
      {
        title: "Engine restarts with runners on",
        reason:
          `${runners.join(", ")} keep taking jobs; each engine waits for its jobs as long as its drain time allows, then ends ` +
          "their pipelines. A new fleet beside this one loses none",
        address: engine.address,
      },
    ];
  });

function staysOn({ type, kind, change }: Changed, namespace: unknown): boolean {
  if (!["unchanged", "change", "replace", "move"].includes(kind)) return false;
  if (type === "helm_release") return at(change.before, "chart") === RUNNER_CHART && at(change.before, "namespace") === namespace;
  if (type !== "kubernetes_manifest") return false;
  const manifest = at(change.before, "manifest");
  return at(manifest, "kind") === "RunnerDeployment" && at(manifest, "metadata", "namespace") === namespace;
}

const runnerName = ({ change }: Changed): string =>
  String(at(change.before, "name") ?? at(change.before, "manifest", "metadata", "name"));
