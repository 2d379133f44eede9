import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseConfig } from "../../../modules/load-config";
import { readSynthesized, type TerraformJson } from "../../../operations/synthesized";
import { foreignParts, mistrust } from "../../../operations/terraform/trust";
import { synthesize } from "../../../stacks/app";
import { minimal, scenario, scenarioNames, synthesize as templatesOf } from "../../support/project";

const { dagger } = templatesOf(minimal()).stacks;
/** The template with something else at a path. */
function changed(path: readonly (string | number)[], value: unknown): TerraformJson {
  const copy = JSON.parse(JSON.stringify(dagger)) as TerraformJson;
  let here = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) here = here[key] as Record<string | number, unknown>;
  here[path.at(-1)!] = value;
  return copy;
}
const [release] = Object.keys(dagger.resource!.helm_release!);

test.each(scenarioNames)("everything that the project itself writes is trusted: %s", (name) => {
  for (const template of Object.values(scenario(name).stacks)) expect(foreignParts(template)).toEqual([]);
});

test("a key of one's own is trusted", () => {
  const { cluster } = templatesOf(minimal('cluster: {kmsKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}')).stacks;
  expect(cluster).toHaveProperty("removed");
  expect(foreignParts(cluster)).toEqual([]);
});

test("states in S3 are trusted", () => {
  const { stacks } = templatesOf(minimal("state: {type: s3, bucket: states, kmsKeyArn: arn:aws:kms:eu-west-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0}\nprofile: p\n"));
  for (const template of Object.values(stacks)) expect(foreignParts(template)).toEqual([]);
});

test.each<[string, readonly (string | number)[], unknown, string]>([
  ["a program that a lookup runs", ["data", "external"], { a: {} }, "data.external"],
  ["a secret that is looked up", ["data", "aws_secretsmanager_secret_version"], { a: {} }, "data.aws_secretsmanager_secret_version"],
  ["a provider of somebody else", ["terraform", "required_providers", "x"], { source: "evil/x" }, "provider evil/x"],
  ["a known name with another source", ["terraform", "required_providers", "aws"], { source: "evil/aws" }, "provider evil/aws"],
  ["another endpoint", ["provider", "aws", 0, "endpoints"], [{ sts: "https://evil" }], "provider.aws.endpoints"],
  ["another program for credentials", ["provider", "kubernetes", 0, "exec", 0, "command"], "sh", "program sh"],
  ["another cluster", ["provider", "helm", 0, "kubernetes", "host"], "https://evil", "cluster address https://evil"],
  ["a provisioner", ["resource", "aws_x"], { a: { provisioner: [] } }, "resource.aws_x.a.provisioner"],
  ["a program that renders charts", ["resource", "helm_release", release!, "postrender"], {}, ".postrender"],
  ["a program when something is forgotten", ["removed"], [{ from: "aws_x.a", provisioner: [] }], "removed.provisioner"],
  ["a provisioner of Terraform's own kind", ["resource", "terraform_data"], { a: { provisioner: [] } }, "resource.terraform_data.a.provisioner"],
  ["a module", ["module"], { a: {} }, "block.module"],
  ["a backend that sends states elsewhere", ["terraform", "backend"], { http: { address: "https://evil" } }, "backend.http.address"],
])("refused: %s", (_name, path, value, part) => {
  expect(foreignParts(changed(path, value)).join("\n")).toContain(part);
});

test.each<[string, string, string | ((text: string) => string)]>([
  ["another template", "templates/crds.yaml", (text) => `${text}{{ lookup "v1" "Secret" "" "" | toYaml }}`],
  ["a template more", "templates/more.yaml", ""],
  ["a chart that is brought along", "charts/gha-runner-scale-set-controller-0.14.2.tgz", "x"],
  ["a chart from the disk", "Chart.yaml", (text) => text.replace(/"oci:[^"]*"/, '"file:///"')],
  ["another dependency more", "Chart.yaml", (text) => text.replace('"dependencies": [', '"dependencies": [{"name": "x"},')],
  ["metadata that nobody can read", "Chart.yaml", "["],
])("refused in the chart around ARC's: %s", (_name, path, change) => {
  const outdir = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  try {
    synthesize(parseConfig(minimal()), outdir);
    const file = join(outdir, "stacks/addons/charts/gha-runner-scale-set-controller", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof change === "string" ? change : change(readFileSync(file, "utf8")));
    expect(() => mistrust(readSynthesized(outdir), outdir)).toThrow(`addons: file charts/gha-runner-scale-set-controller/${path}`);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});

test("a file beside the stack is refused, and what the manifest says does not matter", () => {
  const outdir = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  try {
    synthesize(parseConfig(minimal()), outdir);
    expect(() => mistrust(readSynthesized(outdir), outdir)).not.toThrow();
    writeFileSync(join(outdir, "stacks/network/more.tf"), "");
    const manifest = readFileSync(join(outdir, "manifest.json"), "utf8");
    writeFileSync(join(outdir, "manifest.json"), manifest.replaceAll('"name": "addons"', '"name": "../../addons"'));
    expect(() => mistrust(readSynthesized(outdir), outdir)).toThrow(/network: file more\.tf[^]*\.\.\/\.\.\/addons: not a stack of the project/);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
