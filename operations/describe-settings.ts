import { z } from "zod";
import { configSchema } from "../modules/config/schema";
import { RULES } from "../modules/rules/rules";

/** The parts of JSON Schema that zod writes and this project reads. */
interface JsonSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: JsonSchema;
  readonly properties?: Record<string, JsonSchema>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}

/** JSON Schema of the configuration file, for editors. */
export const jsonSchema = (): object => ({
  title: "Dagger on EKS",
  ...z.toJSONSchema(configSchema, { io: "input" }),
});

/** Every setting: name, default, effect. Settings of a mode are under the mode's name. */
export const allSettings = (): string[][] => settings(jsonSchema(), "");

/** The page of all settings in Markdown: a table for each part of the file. */
export function settingsPage(): string {
  const parts = new Map<string, string[][]>();
  for (const row of allSettings()) {
    const [part] = /[a-zA-Z]+/.exec(row[0]!)!;
    parts.set(part, [...(parts.get(part) ?? []), row]);
  }
  const single = [...parts.values()].filter((rows) => rows.length === 1).flat();
  const sections = [...parts].filter(([, rows]) => rows.length > 1).map(([part, rows]) => `## \`${part}\`\n\n${table(rows)}`);
  return `${[INTRODUCTION, table(single), ...sections, together()].join("\n\n")}\n`;
}

const INTRODUCTION = `# Settings

Every setting of \`dagger-ci.yaml\`, with its default and effect. \`npm run docs\` writes this page from the schema, and
\`dagger-ci.schema.json\`, which editors read. A part with several modes has its settings under the mode's name:
\`network (new).cidr\` is \`cidr\` below \`network\` when \`network.mode\` is \`new\`.

In \`cluster (existing)\` add-ons are off: the cluster has them. Versions of add-ons that are switched on there are AWS's
default unless \`versions.eksAddons\` says otherwise.`;

/** What rules ask of settings together, a line each. */
const together = (): string => ["## What must hold between settings", "", ...RULES.flatMap(({ says }) => says.map((line) => `- ${line}`))].join("\n");

const table = (rows: readonly string[][]): string =>
  [["Setting", "Default", "Effect"], ["---", "---", "---"], ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

function settings(schema: JsonSchema, path: string): string[][] {
  if (schema.oneOf) return schema.oneOf.flatMap((member) => modeSettings(member, path));
  if (schema.type === "array" && schema.items?.properties) return settings(schema.items, `${path}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, setting]) => {
    const here = path === "" ? name : `${path}.${name}`;
    const below = settings(setting, here);
    const own = setting.description === undefined && below.length > 0 ? [] : [row(here, setting, schema, name)];
    return [...own, ...below];
  });
}

/** One member of a union: its own name goes into the path, so that `network (existing)` differs from `network (new)`. */
function modeSettings(member: JsonSchema, path: string): string[][] {
  const chooser = Object.entries(member.properties ?? {}).find(([, setting]) => setting.const !== undefined);
  if (!chooser) return settings(member, path);
  const [name, { const: mode }] = chooser;
  const { [name]: own, ...properties } = member.properties ?? {};
  const isDefault = own?.default === mode;
  const choice = [`\`${path}.${name}: ${String(mode)}\``, isDefault ? "yes" : "", own?.description ?? ""];
  return [choice, ...settings({ ...member, properties }, `${path} (${String(mode)})`)];
}

function row(path: string, setting: JsonSchema, parent: JsonSchema, name: string): string[] {
  return [`\`${path}\``, defaultText(setting, parent.required?.includes(name) ?? false), effect(setting)];
}

function defaultText(setting: JsonSchema, required: boolean): string {
  if (required) return "**required**";
  if (setting.default === undefined) return "";
  const text = JSON.stringify(setting.default).replaceAll('"', "");
  return text.length > 60 ? "see effect" : `\`${text}\``;
}

function effect({ description = "", enum: values, items }: JsonSchema): string {
  const choices = values ?? items?.enum;
  const known = choices?.every((choice) => description.includes(`\`${String(choice)}\``)) ?? true;
  const list = choices && !known && choices.length < 10 ? ` ${values ? "One" : "Any"} of: ${choices.join(", ")}.` : "";
  return (description + list).replaceAll("|", "\\|");
}
