import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TerraformJson } from "../../operations/synthesized";

/** Whether Terraform is on the PATH; tests that run it say so and are left out without it. */
export const hasTerraform = spawnSync("terraform", ["version"]).status === 0;

/** What AWS and other stacks would answer: values by the name of a data source's type or of a stack. */
export type Answers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Planned {
  /** Sentences of the conditions that do not hold. */
  readonly refusals: readonly string[];
  /** Names of the resources that would be made, changed or destroyed, with what would be done. */
  readonly changes: Readonly<Record<string, string>>;
}

/** What Terraform has made, or would do, of the same stack and state before. */
const applied = new Map<string, string>();
const planned = new Map<string, Planned>();

/**
 * A stack whose resources are all `terraform_data`, with their arguments as input: no provider, no account. What
 * Terraform itself decides is real: expressions, conditions, what is ignored. Computed attributes are the resource's id.
 */
export class StandIn {
  private readonly folder = mkdtempSync(join(tmpdir(), "dagger-on-eks-standing-"));
  private readonly state = join(this.folder, "terraform.tfstate");

  apply(template: TerraformJson, answers: Answers): void {
    const key = this.write(template, answers);
    const known = applied.get(key);
    if (known !== undefined) {
      writeFileSync(this.state, known);
      return;
    }
    const { status, stdout, stderr } = this.terraform("apply", "-auto-approve", "-no-color");
    if (status !== 0) throw new Error((stdout + stderr).split("\n").filter((line) => line.length < 500).join("\n"));
    applied.set(key, readFileSync(this.state, "utf8"));
  }

  plan(template: TerraformJson, answers: Answers): Planned {
    const key = this.write(template, answers);
    const known = planned.get(key);
    if (known !== undefined) return known;
    const lines = this.terraform("plan", "-json", "-lock=false").stdout.split("\n").filter((line) => line.startsWith("{"));
    const events = lines.map((line) => JSON.parse(line) as PlanEvent);
    const errors = events.flatMap(({ diagnostic }) => (diagnostic?.severity === "error" ? [diagnostic] : []));
    for (const { summary, detail } of errors) {
      if (!summary.includes("condition failed")) throw new Error(`${summary}\n${detail}`);
    }
    const changes = events.flatMap(({ type, change }) =>
      type === "planned_change" && change ? [[change.resource.resource_name, change.action] as const] : [],
    );
    const result = { refusals: errors.map(({ detail }) => detail), changes: Object.fromEntries(changes) };
    planned.set(key, result);
    return result;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** @returns all that Terraform goes by. */
  private write(template: TerraformJson, answers: Answers): string {
    const text = JSON.stringify(withoutProviders(template, answers));
    writeFileSync(join(this.folder, "main.tf.json"), text);
    return `${text}\n${existsSync(this.state) ? readFileSync(this.state, "utf8") : ""}`;
  }

  private terraform(...args: string[]) {
    // It runs for a moment: collecting garbage would be a fifth of its work.
    const env = { ...process.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", GOGC: "off" };
    return spawnSync("terraform", [`-chdir=${this.folder}`, ...args], { encoding: "utf8", env, maxBuffer: 2 ** 26 });
  }
}

interface PlanEvent {
  readonly type: string;
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail: string };
  readonly change?: { readonly action: string; readonly resource: { readonly resource_name: string } };
}

type Block = Record<string, unknown>;
const META = ["//", "lifecycle", "depends_on", "provider", "provisioner"];
const isBlock = (value: unknown): value is Block => typeof value === "object" && value !== null && !Array.isArray(value);
/** Blocks are lists where an expression looks into them. */
const asLists = (value: unknown): unknown => (isBlock(value) ? [Object.fromEntries(Object.entries(value).map(([k, v]) => [k, asLists(v)]))] : value);
const nameOf = (type: string, name: string) => (type === "terraform_data" ? name : `${type}__${name}`);

function withoutProviders({ resource = {}, removed }: TerraformJson, answers: Answers): object {
  const inputs: Record<string, Block> = {};
  const all = Object.entries(resource).flatMap(([type, items]) => Object.entries(items).map(([name, item]) => ({ type, name, item })));
  for (const { type, name, item } of all) {
    inputs[nameOf(type, name)] =
      type === "terraform_data"
        ? (item.input as Block)
        : Object.fromEntries(Object.entries(item).filter(([key]) => !META.includes(key)).map(([key, value]) => [key, /^(tags|labels)/.test(key) ? value : asLists(value)]));
  }
  const data = Object.fromEntries(
    all.map(({ type, name, item }) => {
      const lifecycle = item.lifecycle as Block | undefined;
      return [
        nameOf(type, name),
        {
          input: inputs[nameOf(type, name)],
          ...(item.depends_on === undefined ? {} : { depends_on: item.depends_on }),
          ...(lifecycle === undefined
            ? {}
            : { lifecycle: { ...lifecycle, ...(lifecycle.ignore_changes === undefined ? {} : { ignore_changes: ["input"] }) } }),
        },
      ];
    }),
  );
  const text = JSON.stringify({ resource: { terraform_data: data }, removed }).replace(
    /\b(data\.)?(aws_\w+|terraform_remote_state)\.([A-Za-z0-9_-]+)((?:\.\w+|\[\d+\])*)/g,
    (_all, isData: string | undefined, type: string, name: string, path: string) => {
      if (type === "terraform_remote_state") return `local.answers.${name}${path.replace(".outputs", "")}`;
      if (isData) return `local.answers.${type}${path}`;
      const address = `terraform_data.${nameOf(type, name)}`;
      if (path === "") return address;
      return has(inputs[nameOf(type, name)], path) ? `${address}.input${path}` : `${address}.id`;
    },
  );
  const rewritten = text.replace(/\bself\.(?!input\b)/g, "self.input.").replace(/(terraform_data\.\w[\w-]*)\.(?:input\.unique_id|id)"\]/g, '$1"]');
  return { locals: { answers: { aws_caller_identity: { account_id: "111122223333" }, ...answers } }, ...(JSON.parse(rewritten) as object) };
}

function has(input: unknown, path: string): boolean {
  let here = input;
  for (const [, key, index] of path.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
    here = key === undefined ? (here as unknown[] | undefined)?.[Number(index)] : isBlock(here) ? here[key] : undefined;
  }
  return here !== undefined;
}
