import { InvalidArgumentError } from "commander";
import { loadConfig } from "../modules/load-config";
import { UserError } from "../modules/user-error";
import { command, runCommand } from "../operations/command";
import { cost } from "../operations/cost/cost";
import { describeCost } from "../operations/cost/describe";
import { costSince, type Since } from "../operations/cost/since";
import { today } from "../operations/facts/table";

interface Options extends Since {
  readonly region?: readonly string[];
}

/** `npm run cost`: see `--help`. */
async function run({ region, ...since }: Options): Promise<void> {
  const { since: time, prometheus, json, spotShare } = since;
  if (time === undefined && prometheus !== undefined) throw new UserError("--prometheus says what was recorded: give --since too, such as --since 7d");
  const config = loadConfig();
  if (time !== undefined) {
    console.log(await costSince(config, since));
    return;
  }
  const costs = (region ?? [config.region]).map((name) => cost(config, { region: name, today: today(), ...(spotShare === undefined ? {} : { spotShare }) }));
  console.log(json ? JSON.stringify(region === undefined ? costs[0] : costs, null, 2) : costs.map(describeCost).join("\n\n"));
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError("It is a share above 0 and up to 1, such as 0.4.");
  return value;
}

function hours(text: string): number {
  const [, count = "", unit = ""] = /^([1-9][0-9]{0,4})([hd])$/.exec(text) ?? [];
  if (unit === "") throw new InvalidArgumentError("It is a number of hours or days, such as 24h or 7d.");
  return Number(count) * (unit === "d" ? 24 : 1);
}

void runCommand(
  command(
    "cost",
    "Tells from the configuration alone what the installation costs: a month in which no job runs, line by line; all nodes\n" +
      "at their limit all month; an hour of a runner of each size. Prices are AWS's list prices of a day, which it names;\n" +
      "it is no bill, and says what it does not count. `npm run prices` renews the prices.\n" +
      "With --since it tells what nodes did cost, by fleet, size and repository, from what Karpenter, ARC and\n" +
      "kube-state-metrics recorded in Prometheus; without --prometheus only what is alive in the cluster of kubeconfig.",
  )
    .option("--region <region>", "another region than the configuration's; may be given several times", (one: string, others?: string[]) => [...(others ?? []), one])
    .option("--spot-share <share>", "what an hour on spot costs of one on demand, such as 0.4; AWS changes it by the minute", share)
    .option("--since <time>", "what was spent in this time until now, such as 24h or 7d", hours)
    .option("--prometheus <url>", "Prometheus that recorded it, such as http://localhost:9090 (kubectl port-forward)")
    .option("--json", "the same for machines", false),
  run,
);
