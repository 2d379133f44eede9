import { parseArgs } from "node:util";
import { loadConfig } from "../modules/config/load";
import { ConfigError } from "../modules/config/problems";
import { describeFleet } from "../operations/placement/describe";
import { fleetFacts } from "../operations/placement/facts";
import { instanceTypesSource } from "../modules/facts/instance-types";

/** `npm run placement`: where jobs will land, from the configuration alone. */
const USAGE = [
  "npm run placement -- [--json]",
  "  Tells for each fleet and runner size, without a cluster and without AWS: which instance types qualify, how many",
  "  runners fit on each, what the engine's cache gets, the most runners of one engine, the bound on cost, and why other",
  "  families are out. Reads dagger-ci.yaml, or the file that DAGGER_CI_CONFIG names.",
  "  --json  the same and more for machines: every type and every family, in MiB and bytes.",
].join("\n");

function main(): string {
  const { values } = parseArgs({
    options: { json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  });
  if (values.help) return USAGE;
  const fleets = loadConfig().fleets.map(fleetFacts);
  if (values.json) return JSON.stringify({ instanceTypes: instanceTypesSource, fleets }, null, 2);
  return [...fleets.map(describeFleet), footnote()].join("\n\n");
}

const footnote = () =>
  [
    `Instance types: ${instanceTypesSource.source}, ${instanceTypesSource.date}. A region may sell fewer.`,
    "Counts are what Karpenter plans with for a type that it has not seen yet; real nodes have a little more memory.",
    "Cost is told in vCPU-hours, since prices differ by region.",
  ].join("\n");

try {
  console.log(main());
} catch (error) {
  if (!(error instanceof ConfigError) && !isUsageError(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** What `parseArgs` throws at an option that there is not. */
function isUsageError(error: unknown): error is Error {
  return error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}
