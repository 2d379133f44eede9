import { command, runCommand } from "../operations/command";
import { renewPrices, type PricesOptions } from "../operations/facts/renew-prices";

/** `npm run prices`: see `--help`. */
void runCommand(
  command(
    "prices",
    "Renews modules/facts/prices.json by the AWS CLI from AWS's price list: instances on demand, EKS, NAT gateways,\n" +
      "endpoints, addresses, disks and keys. Needs pricing:GetProducts. The file is written only after everything was read.",
  )
    .option("--region <region>", "region to ask of; may be given several times. Default: all that the file has", (one: string, others?: string[]) => [...(others ?? []), one])
    .option("--output <file>", "file to renew", "modules/facts/prices.json"),
  (options: PricesOptions) => console.log(renewPrices(options)),
);
