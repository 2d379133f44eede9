#!/usr/bin/env node
// renew STANDINS [case…]: makes the plans again that the tests of the review read, with the real Terraform and
// stand-in providers (STANDINS has their `build`). Run `npm run build` first. Each case is applied before and planned
// after, by the project's own commands; what is kept of the plans is what a review reads.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CASES, configuration, SAMPLES } from "./cases.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const project = resolve(here, "../../..");
const fixtures = join(project, "__tests__/plans");
const [standins, ...wanted] = process.argv.slice(2);
if (!standins) throw new Error("usage: renew STANDINS [case…]");
const scratch = mkdtempSync(join(tmpdir(), "dagger-on-eks-plans-"));
// Nothing answers there: what AWS would say of what stands is left out.
const NO_AWS = { AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_EC2_METADATA_DISABLED: "true" };
const environment = { ...process.env, ...NO_AWS, STANDIN_VALUES: resolve(project, ".ci/standin-values.json"), CHECKPOINT_DISABLE: "1" };

/** Runs a command of the project in a folder of its own; its configuration, output and state are there. */
function run(folder, command, args, more = {}, codes = [0, 2]) {
  const done = spawnSync(process.execPath, [join(project, "dist", command), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...environment, ...more, DAGGER_CI_CONFIG: join(folder, "config.yaml"), CDKTF_OUTDIR: join(folder, "cdktf.out") },
  });
  if (!codes.includes(done.status)) throw new Error(`${folder}: ${command} ${args.join(" ")}\n${done.stdout}\n${done.stderr}`);
  return done.status;
}

function prepare(name, more) {
  const folder = join(scratch, name);
  mkdirSync(folder);
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "config.yaml"), configuration(more));
  run(folder, "main.js", []);
  return folder;
}

/** What the stand-ins shall find instead of what the states in a folder say. */
function settled(rule, folder) {
  if (typeof rule.set !== "function") return rule;
  const states = readdirSync(join(folder, ".terraform-state"), { recursive: true }).filter((file) => file.endsWith(".tfstate"));
  const resources = states.flatMap((file) => JSON.parse(readFileSync(join(folder, ".terraform-state", file), "utf8")).resources);
  return { ...rule, set: rule.set(resources.find(({ mode, type }) => mode === "managed" && type === rule.type).instances[0].attributes) };
}

/** Puts the stacks of synthesised projects into the first of them. */
function asOne([first, ...others]) {
  const file = (folder) => join(folder, "cdktf.out/manifest.json");
  const manifest = JSON.parse(readFileSync(file(first), "utf8"));
  others.forEach((other, i) => {
    for (const stack of Object.values(JSON.parse(readFileSync(file(other), "utf8")).stacks)) {
      const [name, folder] = [`${stack.name}-${i}`, `stacks/${stack.name}-${i}`];
      cpSync(join(other, "cdktf.out/stacks", stack.name), join(first, "cdktf.out", folder), { recursive: true });
      manifest.stacks[name] = { ...stack, name, dependencies: [], workingDirectory: folder, synthesizedStackPath: `${folder}/cdk.tf.json` };
    }
  });
  writeFileSync(file(first), JSON.stringify(manifest));
  return first;
}

/** What tells a resource, whether it changes or not. */
const TOLD = [
  ...["name", "namespace", "chart", "role", "policy_arn", "vpc_config", "manifest", "metadata", "region"],
  ...["labels", "cluster_name", "node_group_name", "principal_arn", "addon_name", "service_account", "role_arn", "service_name", "deletion_protection"],
];
/** Resources that a rule looks for though they do not change. */
const NEIGHBOURS = ["helm_release", "aws_iam_role", "aws_iam_role_policy", "kubernetes_manifest", "kubernetes_secret_v1"];

const isNoOp = ({ change }) => change.actions.every((action) => action === "no-op");
const pick = (value, keys) =>
  value && typeof value === "object" ? Object.fromEntries(keys.filter((key) => value[key] !== undefined).map((key) => [key, value[key]])) : value;
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** Of a change the attributes that differ, of an addition or an unchanged resource what tells it. */
function trim({ address, previous_address, mode, type, name, change }) {
  const { actions, before, after, after_unknown, before_sensitive, after_sensitive, replace_paths } = change;
  const all = Object.keys({ ...before, ...after, ...after_unknown });
  const differ = before && after ? all.filter((key) => after_unknown[key] === true || !same(before[key], after[key])) : [];
  const gone = actions.includes("delete") ? ["values"] : [];
  const keep = all.filter((key) => (isNoOp({ change }) ? [...TOLD.slice(0, 3), ...(type === "aws_iam_role_policy" ? ["policy"] : [])] : [...TOLD, ...differ, ...gone]).includes(key));
  const kept = { before, after, after_unknown, before_sensitive, after_sensitive };
  return {
    ...{ address, previous_address, mode, type, name },
    change: { actions, replace_paths, ...Object.fromEntries(Object.entries(kept).map(([side, value]) => [side, pick(value, keep)])) },
  };
}

/** The references to other stacks' outputs in a plan's configuration. */
function references(configuration) {
  const found = new Set();
  JSON.stringify(configuration, (_key, value) => {
    if (typeof value === "string" && /^data\.terraform_remote_state\.\w+\.outputs\./.test(value)) found.add(value);
    return value;
  });
  return [...found].sort();
}

const trimPlan = (plan) => ({
  format_version: plan.format_version,
  terraform_version: plan.terraform_version,
  resource_changes: (plan.resource_changes ?? []).filter((change) => change.mode === "managed" && (!isNoOp(change) || NEIGHBOURS.includes(change.type))).map(trim),
  ...(plan.resource_drift ? { resource_drift: plan.resource_drift.filter(({ mode }) => mode === "managed").map(trim) } : {}),
  output_changes: Object.fromEntries(Object.entries(plan.output_changes ?? {}).filter(([, { actions }]) => actions[0] !== "no-op")),
  configuration: { references: references(plan.configuration) },
});

try {
  const first = asOne(SAMPLES.map((more, i) => prepare(`sample ${i}`, more)));
  const told = execFileSync(join(standins, "build"), [first], { encoding: "utf8", env: environment });
  environment.TF_CLI_CONFIG_FILE = /TF_CLI_CONFIG_FILE=(.*)/.exec(told)[1];
  const applied = new Map();
  const unexpected = [];
  for (const [name, { before, after, drift, values, refused }] of Object.entries(CASES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const started = Date.now();
    const folder = prepare(`case ${name}`, after);
    if (before !== undefined) {
      if (!applied.has(before)) {
        const base = prepare(`base ${applied.size}`, before);
        run(base, "commands/deploy.js", ["--no-synth", "--yes"]);
        applied.set(before, base);
      }
      cpSync(join(applied.get(before), ".terraform-state"), join(folder, ".terraform-state"), { recursive: true });
    }
    const extra = join(folder, "drift.json");
    if (drift) writeFileSync(extra, JSON.stringify({ drift: drift.map((rule) => settled(rule, folder)) }));
    const answers = join(folder, "values.json");
    if (values) writeFileSync(answers, JSON.stringify({ ...JSON.parse(readFileSync(environment.STANDIN_VALUES, "utf8")), ...values }));
    const more = { ...(drift ? { STANDIN_EXTRA: extra } : {}), ...(values ? { STANDIN_VALUES: answers } : {}) };
    const status = run(folder, "commands/plan.js", ["--no-synth"], more, [0, 1, 2]);
    if ((status === 1) !== (refused ?? false)) unexpected.push(`${name} is ${refused ? "not " : ""}refused`);
    const out = join(folder, "cdktf.out");
    const { stacks } = JSON.parse(readFileSync(join(out, "plans.json"), "utf8"));
    const plans = stacks.map((plan) => ({ ...plan, synthesized: undefined }));
    const kept = { before: before ?? null, after, plans, json: {} };
    for (const { stack } of plans) {
      const file = join(out, "stacks", stack, "plan.json");
      if (existsSync(file)) kept.json[stack] = trimPlan(JSON.parse(readFileSync(file, "utf8")));
    }
    // A resource on each line.
    const text = JSON.stringify(kept, null, 1).replace(/^ {5}\{\n[^]*?^ {5}\}/gm, (resource) => `     ${JSON.stringify(JSON.parse(resource))}`);
    if (text.includes(scratch) || text.includes(project)) throw new Error(`${name}: a path of this machine is in the plan`);
    writeFileSync(join(fixtures, `${name.replaceAll(" ", "-")}.json`), `${text}\n`);
    rmSync(folder, { recursive: true });
    console.log(`${name.padEnd(32)} ${String(Math.round(text.length / 1024)).padStart(4)} kB ${((Date.now() - started) / 1000).toFixed(1)} s`);
  }
  if (unexpected.length > 0) throw new Error(unexpected.join("; "));
} finally {
  rmSync(scratch, { recursive: true });
}
