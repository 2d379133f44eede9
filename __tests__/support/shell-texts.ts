import { readHelmValues } from "../../modules/cdktf/helm-values";
import type { TerraformJson } from "../../operations/synthesized";

/** A command that a container, probe or hook of the synthesised JSON runs. */
export interface Command {
  /** Where it stands, without what differs between fleets and sizes: `initContainers[dagger-cli].command`. */
  readonly place: string;
  readonly command: readonly string[];
}

/**
 * Every command in the synthesised JSON, wherever it stands: in manifests, in Helm values, in user data that
 * starts with `#!`. Names of Terraform resources, releases and manifests are left out of its place.
 */
export const commandsOf = (template: TerraformJson): Command[] => find(template.resource, []);

function find(value: unknown, path: readonly string[]): Command[] {
  if (typeof value === "string") {
    const inside = path.at(-2) === "values" ? readHelmValues(value) : parsed(value);
    if (inside !== undefined) return find(inside, [...path, "#"]);
    return /(^|\n)#!\//.test(value) ? [{ place: placeOf(path), command: ["sh", "-c", value] }] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const here = [...path, Array.isArray(value) ? `[${nameOf(item) ?? key}]` : key];
    return (key === "command" || key === "args") && Array.isArray(item)
      ? [{ place: placeOf(here), command: item as string[] }]
      : find(item, here);
  });
}

function parsed(text: string): unknown {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const nameOf = (item: unknown) => (item as { name?: string } | null)?.name;

/** The part of a path from the pod, or from the chart's values, on. */
function placeOf(path: readonly string[]): string {
  const from = Math.max(path.lastIndexOf("spec"), path.lastIndexOf("#")) + 1;
  return path.slice(from).join(".").replaceAll(".[", "[");
}

/** The command at a place; the first, where several pods have one. */
export function commandAt(template: TerraformJson, place: string): readonly string[] {
  const found = commandsOf(template).find((one) => one.place.endsWith(place));
  if (!found) throw new Error(`no command at ${place}; there are ${commandsOf(template).map((one) => one.place).join(", ")}`);
  return found.command;
}

/** The same command with the container's own folders, `/cli`, `/tmp` and the socket's, in one that a test may write. */
export const inFolder = (folder: string, command: readonly string[]) =>
  command.map((word) => word.replaceAll(/\/(cli|tmp|(?:var\/)?run\/dagger)\//g, `${folder}/`));
