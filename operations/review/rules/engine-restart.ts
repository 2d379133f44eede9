import type { Changed } from "../changes";
import { attributeChanges } from "../diff";
import { at } from "../plan-json";
import type { Rule } from "./rule";

const ENGINE_CHART = "dagger-helm";
const RUNNER_CHART = "gha-runner-scale-set";

/** The attributes of a release that reach the pods in it. The same chart from another place renders the same pods. */
const REACHES_PODS = /^(values|version|set)\b/;

/**
 * Fleets' engines that restart while their runners stay on. Engine and runners are in the fleet's namespace, and that is
 * how they find each other here.
 */
export const engineRestart: Rule = (changes) => {
  const restarting = changes.flatMap((engine) => {
    if (engine.type !== "helm_release" || !["change", "replace", "destroy"].includes(engine.kind)) return [];
    if (at(engine.change.before, "chart") !== ENGINE_CHART) return [];
    const reaches = attributeChanges(engine.type, engine.change).filter(({ path }) => REACHES_PODS.test(path));
    if (engine.kind === "change" && reaches.length === 0) return [];
    const namespace = at(engine.change.before, "namespace");
    const runners = changes.filter((change) => staysOn(change, namespace)).map(runnerName);
    return runners.length > 0 ? [{ engine, runners }] : [];
  });
  if (restarting.length === 0) return [];
  const [first, ...also] = restarting.map(({ engine }) => engine.address);
  const versions = [...new Set(restarting.flatMap(({ engine }) => versionChange(engine)))];
  return [
    {
      title: "Engine restarts with runners on",
      ...(versions.length > 0 ? { how: versions.join(", ") } : {}),
      what: `${restarting.flatMap(({ runners }) => runners).join(", ")} stay on`,
      means: { jobs: "each engine waits for its jobs as long as its drain time allows, then ends their pipelines" },
      advice: "A new fleet beside this one loses none",
      address: first!,
      ...(also.length > 0 ? { also } : {}),
    },
  ];
};

function versionChange({ change }: Changed): string[] {
  const [before, after] = [at(change.before, "version"), at(change.after, "version")];
  return typeof before === "string" && typeof after === "string" && before !== after ? [`${before} to ${after}`] : [];
}

function staysOn({ type, kind, change }: Changed, namespace: unknown): boolean {
  if (!["unchanged", "change", "replace", "move"].includes(kind)) return false;
  if (type === "helm_release") return at(change.before, "chart") === RUNNER_CHART && at(change.before, "namespace") === namespace;
  if (type !== "kubernetes_manifest") return false;
  const manifest = at(change.before, "manifest");
  return at(manifest, "kind") === "RunnerDeployment" && at(manifest, "metadata", "namespace") === namespace;
}

const runnerName = ({ change }: Changed): string =>
  String(at(change.before, "name") ?? at(change.before, "manifest", "metadata", "name"));
