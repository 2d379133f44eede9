import { loadConfig } from "../modules/load-config";
import { instanceTypesSource } from "../modules/facts/instance-types";
import { command, runCommand } from "../operations/command";
import { describeFleet } from "../operations/placement/describe";
import { fleetFacts } from "../operations/placement/facts";

/** `npm run placement`: where jobs will land, from the configuration alone. */
function placement({ json }: { readonly json: boolean }): void {
  const fleets = loadConfig().fleets.map(fleetFacts);
  console.log(
    json ? JSON.stringify({ instanceTypes: instanceTypesSource, fleets }, null, 2) : [...fleets.map(describeFleet), footnote()].join("\n\n"),
  );
}

const footnote = () =>
  [
    `Instance types: ${instanceTypesSource.source}, ${instanceTypesSource.date}. A region may sell fewer.`,
    "Counts are what Karpenter plans with for a type that it has not seen yet; real nodes have a little more memory.",
    "Cost is told in vCPU-hours; `npm run cost` tells it in dollars.",
  ].join("\n");

void runCommand(
  command(
    "placement",
    "Tells for each fleet and runner size, without a cluster and without AWS: which instance types qualify, how many\n" +
      "runners fit on each, what the engine's cache gets, the most runners of one engine, the bound on cost, and why other\n" +
      "families are out. Reads dagger-ci.yaml, or the file that DAGGER_CI_CONFIG names.",
  ).option("--json", "the same and more for machines: every type and every family, in MiB and bytes", false),
  placement,
);
