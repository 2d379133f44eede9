import { eksAddonVersions, KUBERNETES_VERSIONS, versions } from "../../modules/facts/versions";
import { readHelmValues } from "../../modules/cdktf/helm-values";
import type { Config } from "../../modules/config/schema";
import type { StackId } from "../../modules/contract/outputs";
import type { TerraformJson } from "../../operations/synthesized";
import type { Synthesized } from "./project";

/** Keys whose value is JSON, or a chart's values, in a string; a snapshot shows the object. */
const JSON_KEYS = /^(policy|assume_role_policy|configuration_values|event_pattern|configJson)$/;

/**
 * A stack, or a part of one, for a snapshot: without backend, provider versions and metadata, with JSON strings opened
 * up, and with a name in place of each version, so that a newer one changes no snapshot.
 */
export function forSnapshot(template: TerraformJson, config?: Config): unknown {
  const { terraform: _terraform, "//": _comment, ...rest } = template;
  return open(rest, "", namesOfVersions(config));
}

/** Texts to replace and what by, the longest first: one version can begin another. */
function namesOfVersions(config?: Config): [version: RegExp, name: string][] {
  const names = new Map<string, string>();
  const add = (name: string, value: string) => names.set(value.replace(/^.*[:@]/, "").replace(/^v(?=\d)/, ""), name);
  for (const kubernetes of KUBERNETES_VERSIONS) {
    for (const [addon, version] of Object.entries(eksAddonVersions(kubernetes))) add(addon, version);
  }
  for (const [name, version] of Object.entries({ ...versions, ...config?.versions })) {
    if (typeof version === "string" && !["terraform", "kubernetes", "runnerImageDate"].includes(name)) add(name, version);
  }
  for (const { dagger } of config?.fleets ?? []) add("dagger", dagger);
  // What the other side of a precondition asks for: the minor version, and a version as one number.
  const { arc, karpenter } = { ...versions, ...config?.versions };
  names.set(arc.replace(/\.\d+$/, ""), "arc's minor");
  names.set(String(karpenter.split(".").reduce((number, part) => number * 1000 + Number(part), 0)), "karpenter as a number");
  return [...names]
    .sort(([a], [b]) => b.length - a.length)
    .map(([version, name]) => [new RegExp(`(?<![\\d.])${version.replaceAll(".", "\\.")}(?!\\d)`, "g"), name]);
}

function open(value: unknown, key: string, names: readonly [RegExp, string][]): unknown {
  if (Array.isArray(value)) return value.map((item) => open(item, key, names));
  if (typeof value === "string") {
    if (key === "values") return open(readHelmValues(value) ?? value, "", names);
    if (JSON_KEYS.test(key) && /^[{[]/.test(value)) return open(JSON.parse(value), "", names);
    if (key === "version" && KUBERNETES_VERSIONS.includes(value)) return "<kubernetes>";
    return names.reduce((text, [version, name]) => text.replaceAll(version, `<${name}>`), value);
  }
  if (typeof value !== "object" || value === null) return value;
  // Where the state of another stack lies is its backend.
  if (key === "terraform_remote_state") return Object.keys(value);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "//")
      .map(([name, item]) => [name, open(item, name, names)]),
  );
}

/**
 * The parts of a stack, each what one construct makes: resources and data by the ids of the constructs around them, as
 * many as `depth`, which begin their logical ids; and what belongs to the whole stack under `stack`.
 */
function partsOf(template: TerraformJson, depth: number): Record<string, TerraformJson> {
  const parts: Record<string, Record<string, Record<string, Record<string, unknown>>>> = {};
  const { resource = {}, data = {}, terraform: _terraform, ...stack } = template;
  for (const [block, types] of Object.entries({ resource, data })) {
    for (const [type, items] of Object.entries(types)) {
      for (const [id, item] of Object.entries(items)) {
        const part = id.replace(/_[0-9A-F]{8}$/, "").split("_").slice(0, depth).join(" ");
        (((parts[part] ??= {})[block] ??= {})[type] ??= {})[id] = item;
      }
    }
  }
  return { ...parts, stack };
}

/**
 * A snapshot of each part of a stack, named after what it protects: a change shows in the parts that it means, by name.
 * A part that has no name here, or a name that has no part, fails.
 */
export function snapshotsOf(
  { stacks, config }: Synthesized,
  stack: StackId,
  protects: Readonly<Record<string, string>>,
  depth = 1,
): void {
  const parts = partsOf(stacks[stack], depth);
  const all = { ...protects, identity: "which installation it is", ...("caller" in parts ? { caller: "the account, where the configuration names none" } : {}) };
  test("each part has a snapshot", () => expect(Object.keys(parts).sort()).toEqual(Object.keys(all).sort()));
  test.each(Object.entries(all))("%s: %s", (part) => {
    expect(forSnapshot(parts[part] ?? {}, config)).toMatchSnapshot();
  });
}
