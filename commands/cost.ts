import { InvalidArgumentError } from "commander";
import { loadConfig } from "../modules/load-config";
import { command, runCommand } from "../operations/command";
import { cost } from "../operations/cost/cost";
import { describeCost } from "../operations/cost/describe";
import { today } from "../operations/facts/table";

interface Options {
  readonly json: boolean;
  readonly spotShare?: number;
  readonly region?: readonly string[];
}

/** `npm run cost`: see `--help`. */
function run({ json, spotShare, region }: Options): void {
  const config = loadConfig();
  const costs = (region ?? [config.region]).map((name) => cost(config, { region: name, today: today(), ...(spotShare === undefined ? {} : { spotShare }) }));
  console.log(json ? JSON.stringify(region === undefined ? costs[0] : costs, null, 2) : costs.map(describeCost).join("\n\n"));
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError("It is a share above 0 and up to 1, such as 0.4.");
  return value;
}

void runCommand(
  command(
    "cost",
    "Tells from the configuration alone what the installation costs: a month in which no job runs, line by line; all nodes\n" +
      "at their limit all month; an hour of a runner of each size. Prices are AWS's list prices of a day, which it names;\n" +
      "it is no bill, and says what it does not count. `npm run prices` renews the prices.",
  )
    .option("--region <region>", "another region than the configuration's; may be given several times", (one: string, others?: string[]) => [...(others ?? []), one])
    .option("--spot-share <share>", "what an hour on spot costs of one on demand, such as 0.4; AWS changes it by the minute", share)
    .option("--json", "the same for machines", false),
  run,
);
