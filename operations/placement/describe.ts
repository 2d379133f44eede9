import type { FleetFacts, SeedFacts, SizeFacts } from "./facts";
import { HOURS_PER_MONTH, roomText, thousands } from "../../modules/placement/units";

type Type = SizeFacts["types"][number];

/** Rows of one table before it is summarised further: a screen must hold a fleet. */
const MOST_ROWS = 14;
/** Longest line of a screen. */
const WIDTH = 116;
const GIB_IN_MIB = 1024;
const GB = 1e9;

/** Where the jobs of a fleet land, for people: one screen. */
export function describeFleet(facts: FleetFacts): string {
  return [headline(facts), ...head(facts).map((line) => `  ${line}`), "", ...table(facts), "", ...ruledOut(facts.sizes)]
    .join("\n")
    .trimEnd();
}

function headline({ name, dagger, architecture, nodes, nodeCount }: FleetFacts): string {
  const what = nodes === "persistent" ? `${nodeCount ?? 0} ${architecture} nodes that stay` : `${architecture} nodes that Karpenter buys`;
  return `fleet ${name}: Dagger ${dagger} on ${what}`;
}

/** Only nodes that stay can be of such a type, with a cache on the root disk. */
const UNKNOWN = "not known, since the instance type is not in the list of types with NVMe";

function head({ daemonSets, busiestType, cost, ...facts }: FleetFacts): string[] {
  const agentsCpu = daemonSets.reduce((total, { requests }) => total + requests.cpuMillicores, 0) / 1000;
  return [
    `engine      ${roomText(facts.engineRequests)} on every node`,
    `DaemonSets  ${agentsCpu} CPU on every node: ${daemonSets.map(({ name }) => name).join(", ")}`,
    `cache       ${cacheText(facts)}`,
    ...(facts.seed === undefined ? [] : [`seeds       ${seedText(facts.seed)}`]),
    busiestType === undefined
      ? `runners     ${UNKNOWN}`
      : `runners     ${facts.mostRunnersPerEngine} at most beside one engine, on ${busiestType}; engine.maxRunners allows ${facts.maxRunners}`,
    ...facts.sizes.flatMap(({ name, warm }) => (warm === undefined ? [] : warmText(name, warm))),
    cost === undefined
      ? `cost bound  ${UNKNOWN}`
      : `cost bound  ${thousands(cost.vcpuBound)} vCPU at once, ${thousands(cost.vcpuHoursPerMonth)} vCPU-hours in a month of ${HOURS_PER_MONTH} hours`,
  ];
}

function cacheText({ cache, smallestCacheDiskGb: disk, gc }: Pick<FleetFacts, "cache" | "smallestCacheDiskGb" | "gc">): string {
  const where = cache === "nvme" ? "all of its node's NVMe" : "its node's root disk";
  const least = disk === undefined ? "" : `, ${thousands(disk)} GB or more`;
  const gb = (bytes: number) => thousands(bytes / GB);
  const limits =
    gc === undefined
      ? "its limits are the engine's own"
      : `cut back to ${gb(gc.maxUsedSpace)} GB, and to less while under ${gc.minFreePercent} % is free`;
  return `${where}${least}; ${limits}`;
}

function seedText({ from, restoreWithinSeconds, maxGb, publishEverySeconds }: SeedFacts): string {
  const restored = `new nodes begin with what ${from} left: up to ${maxGb} GB from S3, ${restoreWithinSeconds} s at most`;
  return publishEverySeconds === undefined ? restored : `${restored}; published once in ${thousands(publishEverySeconds / 60)} min at most`;
}

/** The hours of a size, and the least that they take. */
function warmText(size: string, { windows, ...warm }: NonNullable<SizeFacts["warm"]>): string[] {
  const rounded = (hours: number) => thousands(Math.round(hours));
  const [first, ...more] = windows.map(({ during, runners }) => `${runners} of ${size} ${during}`);
  const least = `${warm.nodes} x ${warm.type} or more`;
  return [
    `warm        ${first!}`,
    ...more.map((line) => `            ${line}`),
    `            ${thousands(warm.hoursPerWeek)} hours a week; ${least}: ${rounded(warm.nodeHoursPerMonth)} node-hours, ${rounded(warm.vcpuHoursPerMonth)} vCPU-hours a month`,
  ];
}

/** Types that are alike to a runner. */
interface Row {
  readonly types: readonly Type[];
  /** For each size, how many runners fit on each of these types. */
  readonly fits: readonly (readonly number[])[];
}

function table({ sizes }: FleetFacts): string[] {
  const types = new Map(sizes.flatMap((size) => size.types.map((type) => [type.name, type])));
  if (types.size === 0) return [`  Runners that fit on a node: ${UNKNOWN}`];
  const fitsOf = ({ name }: Type) => sizes.map((size) => size.types.find((type) => type.name === name)?.runners ?? 0);
  const rowsBy = (key: (type: Type) => string): Row[] =>
    [...groupBy(types.values(), key).values()].map((members) => {
      const fits = members.map(fitsOf);
      return { types: members, fits: sizes.map((_size, i) => fits.map((fit) => fit[i]!)) };
    });
  const alike = rowsBy((type) => [type.vcpu, type.memoryMib, ...fitsOf(type)].join());
  const rows = alike.length <= MOST_ROWS ? alike : rowsBy(({ vcpu }) => String(vcpu));
  const ordered = rows.sort((a, b) => a.types[0]!.vcpu - b.types[0]!.vcpu || a.types[0]!.memoryMib - b.types[0]!.memoryMib);
  const cells = [
    ["vCPU", "GiB", "NVMe GB", ...sizes.map(({ name }) => name), ""],
    ...ordered.map(({ types: members, fits }) => [
      range(members.map(({ vcpu }) => vcpu)),
      range(members.map(({ memoryMib }) => memoryMib / GIB_IN_MIB)),
      range(members.map(({ nvmeGb }) => nvmeGb)),
      ...fits.map(range),
      alike.length <= MOST_ROWS ? typesText(members) : `${members.length} ${members.length === 1 ? "type" : "types"}`,
    ]),
  ];
  const families = `Their families; --json lists every type: ${familiesOf([...types.values()]).join(", ")}`;
  return [
    "  Runners that fit on a node, if all are of one size:",
    ...columns(cells),
    ...(alike.length <= MOST_ROWS ? [] : indented(families)),
  ];
}

/** Right-aligned columns, the last one free and wrapped. */
function columns(cells: readonly string[][]): string[] {
  const count = cells[0]!.length - 1;
  const widths = Array.from({ length: count }, (_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  return cells.flatMap((row) => {
    const start = `    ${row.slice(0, count).map((cell, i) => cell.padStart(widths[i]!)).join("  ")}   `;
    const [first = "", ...more] = wrap(row[count]!, WIDTH - start.length);
    return [start + first, ...more.map((line) => " ".repeat(start.length) + line)].map((line) => line.trimEnd());
  });
}

const familiesOf = (types: readonly Type[]) => [...new Set(types.map(({ family }) => family))].sort();

/** `2xlarge of c6id, c8id; 3xlarge of i3en`. */
function typesText(types: readonly Type[]): string {
  const bySize = groupBy(types, ({ name }) => name.replace(/^.*\./, ""));
  return [...bySize].map(([size, members]) => `${size} of ${familiesOf(members).join(", ")}`).join("; ");
}

/** `8` or `8-32`; a dash for none. */
function range(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (most === 0) return "-";
  return least === most ? thousands(least) : `${thousands(least)}-${thousands(most)}`;
}

function ruledOut(sizes: readonly SizeFacts[]): string[] {
  const entries = sizes.flatMap(({ name, ruledOut: families }) => families.map(({ family, reason }) => ({ family, reason, size: name })));
  const reasons = [...groupBy(entries, ({ family, reason }) => `${family} ${reason}`).values()].map((alike) => {
    const [, what = "", value = "", bound = ""] = REASON.exec(alike[0]!.reason) ?? [];
    // What holds for every size belongs to the fleet.
    const of = alike.length === sizes.length ? "" : `${alike.map(({ size }) => size).join(", ")}: `;
    return { family: alike[0]!.family, value, rule: `${of}${what} (${bound})` };
  });
  if (reasons.length === 0) return [];
  return [
    "  Families ruled out, by the first reason:",
    ...[...groupBy(reasons, ({ rule }) => rule)].flatMap(([rule, members]) => {
      // What a family says of itself need not be said twice.
      const values = [...groupBy(members, ({ family, value }) => (value === family ? "" : `: ${value}`))].map(
        ([value, alike]) => alike.map(({ family }) => family).join(", ") + value,
      );
      return indented(`${rule}  ${values.join("; ")}`);
    }),
  ];
}

/** The form of every reason: `category is x, allowed: c, m, r, i`. */
const REASON = /^(.+?) is (.+), ((?:allowed|needed)\b.*)$/;

/** Groups of items with the same key, in the order in which they come first. */
function groupBy<T>(items: Iterable<T>, key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** A paragraph of a section, from its second line on a little further in. */
const indented = (text: string) => wrap(text, WIDTH - 6).map((line, i) => `    ${i === 0 ? "" : "  "}${line}`);

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length + 1 <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
