import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { STACKS } from "../../../modules/contract/outputs";
import { chartOf, chartReleases, EVERYTHING, scenario, scenarioNames, synthesize, valuesOf } from "../../support/project";

/**
 * A chart passes over a value that it does not know without a word. known-values/ lists, for each pinned chart, the
 * value paths that its templates read: `a.b` one value, `a.*` everything below, `a[].b` in each item of a list.
 */
function knownValues(chart: string, version: string): string[] {
  // Patch releases of an engine's minor share one chart; see the list's name.
  const names = [`${chart}-${version}`, `${chart}-${version.replace(/\.[0-9]+$/, "")}`];
  const file = names.map((name) => join(__dirname, "known-values", `${name}.json`)).find(existsSync);
  if (file === undefined) throw new Error(`no list of known values for ${chart} ${version}: read its templates and add one`);
  return JSON.parse(readFileSync(file, "utf8")) as string[];
}

/** Paths of all values at the ends of an object, lists as `[]`. */
function leaves(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [path] : value.flatMap((item) => leaves(item, `${path}[]`));
  if (typeof value !== "object" || value === null) return [path];
  const entries = Object.entries(value);
  if (entries.length === 0) return [path];
  return entries.flatMap(([key, item]) => leaves(item, path === "" ? key : `${path}.${key}`));
}

const isKnown = (path: string, known: readonly string[]) =>
  known.some((pattern) => {
    if (!pattern.endsWith(".*")) return pattern === path;
    const start = pattern.slice(0, -2);
    return path === start || path.startsWith(`${start}.`) || path.startsWith(`${start}[]`);
  });

const releases = [...scenarioNames.map((name) => ({ name, stacks: scenario(name).stacks })), { name: "everything", stacks: synthesize(EVERYTHING).stacks }].flatMap(({ name, stacks }) =>
  STACKS.flatMap((stack) => chartReleases(stacks[stack]).map((release) => ({ name, release }))),
);

test("every chart of the project is among what is checked", () => {
  expect(new Set(releases.map(({ release }) => chartOf(release)))).toEqual(
    new Set([
      "actions-runner-controller",
      "cert-manager",
      "dagger-helm",
      "gha-runner-scale-set",
      "gha-runner-scale-set-controller",
      "karpenter",
      "karpenter-crd",
      "kube-prometheus-stack",
      "prometheus-operator-crds",
    ]),
  );
});

test.each(releases.map(({ name, release }) => [release.name as string, chartOf(release), name, release] as const))(
  "%s gives chart %s only values that it knows (%s)",
  (_release, chart, _scenario, release) => {
    const known = knownValues(chart, release.version as string);
    const unknown = leaves(valuesOf(release)).filter((path) => path !== "" && !isKnown(path, known));
    expect(unknown).toEqual([]);
  },
);

test("numbers are numbers and switches are switches: charts drop them as text", () => {
  for (const { release } of releases) {
    const text = JSON.stringify(valuesOf(release), (key, value: unknown) =>
      /^(replicaCount|replicas|minRunners|maxRunners|enabled|terminationGracePeriodSeconds)$/.test(key) &&
      typeof value === "string"
        ? `TEXT ${key}`
        : value,
    );
    expect(text).not.toContain("TEXT ");
  }
});
