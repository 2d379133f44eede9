import type { FleetConfig } from "../modules/config/fleet";
import type { NodesConfig } from "../modules/config/nodes";
import { mostRunners, runsOnLabels, type RunnerConfig } from "../modules/config/runners";
import type { Config } from "../modules/config/schema";
import { cost } from "./cost/cost";
import { today } from "./facts/table";
import { appliedStacks, nextStep } from "./next-step";
import type { SynthesizedStack } from "./synthesized";

/** What a person wants to see after a synth: the stacks, the fleets with their `runs-on`, and what to do next. */
export function report(config: Config, stacks: readonly SynthesizedStack[], outdir: string): string {
  return [
    `${config.name} in ${config.region}: ${stacks.length} stacks written to ${outdir}`,
    ...stacks.map(stackText),
    ...config.fleets.map(fleetText),
    costText(config),
    nextStep(config, appliedStacks(config, stacks, outdir)),
  ].join("\n\n");
}

function costText(config: Config): string {
  const { idleMonth, fleets, prices, region } = cost(config, { today: today() });
  if (idleMonth.month === 0 && idleMonth.unknown.length > 0) return `cost: no prices of ${region} are known; npm run cost tells what would be paid for`;
  const bounds = fleets.flatMap(({ bound }) => (bound === undefined ? [] : [bound.cheapest.month]));
  const most = bounds.length === 0 ? "" : `, ${dollarText(bounds.reduce((sum, month) => sum + month, 0))} or more with all nodes all month`;
  return `cost: ${dollarText(idleMonth.month)} in an idle month${most}, at list prices of ${prices.date} (npm run cost)`;
}

const dollarText = (amount: number) => `$${Math.round(amount).toLocaleString("en-US")}`;

function stackText({ name, dependencies, template }: SynthesizedStack): string {
  const kinds = Object.entries(template.resource ?? {}).map(([type, items]) => [type, Object.keys(items).length] as const);
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  const needs = dependencies.length === 0 ? "needs nothing" : `needs ${dependencies.join(", ")}`;
  const list = kinds.map(([type, count]) => (count === 1 ? type : `${type} x${count}`));
  return [`${name}: ${total === 1 ? "1 resource" : `${total} resources`}, ${needs}`, ...wrap(list, 4)].join("\n");
}

function fleetText(fleet: FleetConfig): string {
  const { name, dagger, runners } = fleet;
  const width = Math.max(...runners.map((runner) => runner.name.length));
  const labels = runners.map((runner) => runsOn(runner));
  const labelWidth = Math.max(...labels.map((label) => label.length));
  return [
    `fleet ${name}: Dagger Engine ${dagger} on ${nodesText(fleet.nodes)}`,
    ...runners.map(
      (runner, i) =>
        `    ${runner.name.padEnd(width)}  runs-on: ${labels[i]!.padEnd(labelWidth)}  ` +
        `${runner.cpu} CPU, ${runner.memory}, at most ${mostRunners(runner)} runners`,
    ),
    ...runners.flatMap(({ name: size, warm }) => warm.map(({ during, runners: count }) => `    ${size.padEnd(width)}  ${count} kept warm ${during}`)),
  ].join("\n");
}

const runsOn = (runner: RunnerConfig) => {
  const labels = runsOnLabels(runner);
  return labels.length === 1 ? labels[0]! : `[${labels.join(", ")}]`;
};

function nodesText(nodes: NodesConfig): string {
  if (nodes.mode === "persistent") return `${nodes.count} x ${nodes.instanceType} that stay`;
  const { architecture, capacityTypes, vcpu, nvmeGb, vcpuLimit } = nodes;
  return (
    `${architecture} ${capacityTypes.join(" or ")} nodes of ${vcpu.min} to ${vcpu.max} vCPU with ${nvmeGb} GB ` +
    `of NVMe or more, ${vcpuLimit} vCPU in all`
  );
}

/** Joins words by commas into lines of at most 116 characters. */
function wrap(words: readonly string[], indent: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length + 2 <= 116) lines[lines.length - 1] = `${line}, ${word}`;
    else {
      if (line !== undefined) lines[lines.length - 1] = `${line},`;
      lines.push(" ".repeat(indent) + word);
    }
  }
  return lines;
}
