import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseAllDocuments } from "yaml";
import { wrapperFiles } from "../../../modules/cdktf/chart-with-crds";
import { STACKS } from "../../../modules/contract/outputs";
import { PODS } from "../../support/pods";
import { chartOf, chartReleases, EVERYTHING, scenario, synthesize, valuesOf } from "../../support/project";

/**
 * Renders the real charts with the project's values, and changes each value once: a chart that renders the same as
 * before has passed it over. It needs Helm and the charts, unpacked as CHARTS_DIR/<chart>-<version> (`helm pull
 * --untar`), so it runs only where CHARTS_DIR is set; known-values/ keeps what it found for everybody else.
 */
const { CHARTS_DIR, HELM = "helm" } = process.env;
const scratch = mkdtempSync(join(tmpdir(), "dagger-on-eks-charts-"));

const { stacks } = scenario("both kinds of ARC, from mirrors");
const watched = chartReleases(synthesize(EVERYTHING).stacks.addons).filter((release) => chartOf(release).includes("prometheus"));
const releases = [...STACKS.flatMap((stack) => chartReleases(stacks[stack])), ...watched];
const withPods = synthesize(PODS).stacks;
/** Releases with every setting of pods, which no example has. */
const podReleases = [...chartReleases(withPods.dagger), ...chartReleases(withPods.addons)].filter((release) => release.name !== "karpenter-crd");

const chartDirectory = (release: Record<string, unknown>) => {
  const version = String(release.version).replace(/^v/, "");
  // Charts of one engine minor are the same; see known-values/.
  const minor = version.replace(/\.[0-9]+$/, "");
  return [version, ...Array.from({ length: 20 }, (_, i) => `${minor}.${19 - i}`)]
    .map((candidate) => join(CHARTS_DIR!, `${chartOf(release)}-${candidate}`))
    .find(existsSync)!;
};

function render(release: Record<string, unknown>, values: unknown): string {
  const file = join(scratch, "values.json");
  writeFileSync(file, JSON.stringify(values).replace(/\$\{[^}]*\}/g, "reference"));
  const args = ["template", String(release.name), chartDirectory(release), "--namespace", String(release.namespace)];
  const apis = ["--api-versions", "monitoring.coreos.com/v1", "--kube-version", "1.35"];
  try {
    return execFileSync(HELM, [...args, "--values", file, ...apis], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 2 ** 26 });
  } catch (error) {
    return `refused: ${(error as Error).message}`;
  }
}

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; annotations?: Record<string, string> };
}
const documents = (yaml: string) =>
  parseAllDocuments(yaml).map((document) => document.toJS() as KubernetesObject | null).filter((object) => object !== null);

/** Every way to change one value at the end of an object. */
function* changes(value: unknown, path = ""): Generator<[string, unknown]> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      for (const [at, changed] of changes(item, `${path}[${i}]`)) yield [at, value.with(i, changed)];
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      for (const [at, changed] of changes(item, path === "" ? key : `${path}.${key}`)) yield [at, { ...value, [key]: changed }];
    }
  } else if (typeof value === "string") yield [path, `${value}x`];
  else if (typeof value === "number") yield [path, value + 1];
  else if (typeof value === "boolean") yield [path, !value];
  else yield [path, "x"];
}

const wrapped = releases.filter((release) => chartOf(release) !== release.chart);

(CHARTS_DIR === undefined ? describe.skip : describe)("the real charts", () => {
  test.each(wrapped.map((release) => [chartOf(release), release] as const))("all CRDs of %s are in its release, as they are, and stay", (chart, release) => {
    const around = mkdtempSync(join(scratch, "around-"));
    for (const [path, text] of Object.entries(wrapperFiles({ name: chart, version: String(release.version), repository: "oci://x" }))) {
      mkdirSync(dirname(join(around, path)), { recursive: true });
      writeFileSync(join(around, path), text);
    }
    cpSync(chartDirectory(release), join(around, "charts", chart), { recursive: true });
    const rendered = documents(execFileSync(HELM, ["template", "x", around], { encoding: "utf8", maxBuffer: 2 ** 26 }));
    const folder = join(chartDirectory(release), "crds");
    const shipped = readdirSync(folder).flatMap((file) => documents(readFileSync(join(folder, file), "utf8")));
    expect(shipped.length).toBeGreaterThan(3);
    for (const crd of shipped) {
      crd.metadata.annotations = { ...crd.metadata.annotations, "helm.sh/resource-policy": "keep" };
      expect(rendered.find(({ metadata }) => metadata.name === crd.metadata.name)).toEqual(crd);
    }
  }, 120_000);

  const cases = [
    ...releases.map((release) => [release.name as string, release, true] as const),
    ...podReleases.map((release) => [`${String(release.name)} with all settings of pods`, release, false] as const),
  ];
  test.each(cases)("every value of %s takes effect", (_name, release, mirrored) => {
    const values = valuesOf(release);
    const before = render(release, values);
    expect(before).not.toMatch(/^refused/);
    if (mirrored) expect(before).not.toMatch(/image: "?(ghcr\.io|quay\.io|public\.ecr\.aws|registry\.dagger\.io|docker|summerwind)/);
    // The first covers all values, read or not; the others are another each time.
    const effect = (text: string) => text.replace(/(values-hash|admin-password|checksum\/secret): .*/g, "");
    expect(effect(render(release, values))).toBe(effect(before));
    const passedOver = [...changes(values)].filter(([, changed]) => effect(render(release, changed)) === effect(before));
    expect(passedOver.map(([path]) => path)).toEqual([]);
  }, 600_000);
});
