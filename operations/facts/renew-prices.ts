import { execFileSync } from "node:child_process";
import type { PriceTable, RegionPrices } from "../../modules/facts/prices";
import { UserError } from "../../modules/user-error";
import { INSTANCES, instancePrices, regionRow, servicePrices, SERVICES, type PriceQuestion } from "./price-list";
import { byName, readFacts, today, writeFacts } from "./table";

export interface PricesOptions {
  /** Regions to ask of; default: all that the file has. */
  readonly region?: readonly string[];
  readonly output: string;
}

/**
 * Asks AWS's price list by the AWS CLI, and writes the file when everything was read.
 * @returns the line to print.
 * @throws UserError if a price cannot be read.
 */
export function renewPrices({ region, output }: PricesOptions): string {
  const table = readFacts(output) as PriceTable;
  const asked = region ?? table.regions.map(({ name }) => name);
  const rows = new Map(table.regions.map((row) => [row.name, row]));
  for (const name of asked) rows.set(name, rowOf(name));
  const source = asked.length < rows.size ? `AWS's price list of ${asked.join(", ")}; others from ${table.source}` : "AWS's price list";
  writeFacts(output, { source, date: today(), currency: "USD" }, "regions", [...rows.values()].sort(byName));
  return `wrote prices of ${rows.size} regions to ${output}`;
}

function rowOf(region: string): RegionPrices {
  const instances = instancePrices(ask(region, INSTANCES));
  if (instances.size === 0) throw new UserError(`AWS's price list has no instance in ${region}, priced in dollars`);
  const services = Object.assign({}, ...SERVICES.map((question) => servicePrices(question, ask(region, question)))) as Partial<RegionPrices>;
  return regionRow(region, services, instances);
}

function ask(region: string, { service, filters }: PriceQuestion): string {
  const all = Object.entries({ regionCode: region, ...filters }).map(([field, value]) => `Type=TERM_MATCH,Field=${field},Value=${value}`);
  try {
    // The price list answers in three regions only, for all others too.
    return execFileSync("aws", ["pricing", "get-products", "--service-code", service, "--filters", ...all, "--region", "us-east-1", "--output", "json"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 2 ** 30,
    });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new UserError(`cannot ask for prices of ${service} in ${region}: ${stderr?.trim() ?? message}`, { cause: error });
  }
}
