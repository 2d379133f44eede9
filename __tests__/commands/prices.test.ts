import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PriceTable } from "../../modules/facts/prices";
import { commandCalls } from "../support/commands";
import { PROJECT } from "../support/scenarios";

const directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-prices-"));
afterAll(() => rmSync(directory, { recursive: true }));
const call = commandCalls();
const output = join(directory, "prices.json");

/** The command, with a program in the place of the AWS CLI. */
function run(aws: string) {
  copyFileSync(join(PROJECT, "modules/facts/prices.json"), output);
  writeFileSync(join(directory, "aws"), `#!/bin/sh\n${aws}\n`);
  chmodSync(join(directory, "aws"), 0o755);
  const env = { ...process.env, PATH: `${directory}:${process.env.PATH ?? ""}` };
  return call("commands/prices.js", ["--output", output, "--region", "eu-west-9"], { cwd: directory, env });
}
const table = () => JSON.parse(readFileSync(output, "utf8")) as PriceTable;

test("it asks the AWS CLI, and changes nothing when that fails or knows no instance", async () => {
  const before = readFileSync(join(PROJECT, "modules/facts/prices.json"), "utf8");
  expect(await run("echo 'not authorized' >&2; exit 254")).toEqual({ status: 1, stdout: "", stderr: "cannot ask for prices of AmazonEC2 in eu-west-9: not authorized\n" });
  expect(await run("echo '{\"PriceList\": []}'")).toEqual({ status: 1, stdout: "", stderr: "AWS's price list has no instance in eu-west-9, priced in dollars\n" });
  expect(readFileSync(output, "utf8")).toBe(before);
});

test("a region's row is written beside those of others", async () => {
  const priced = (attributes: object, usd: string) => JSON.stringify({ product: { attributes }, terms: { OnDemand: { a: { priceDimensions: { b: { pricePerUnit: { USD: usd } } } } } } });
  const answer = JSON.stringify({ PriceList: [priced({ instanceType: "m6id.large", usagetype: "X-BoxUsage" }, "0.14"), priced({ usagetype: "EUW9-NatGateway-Hours" }, "0.05")] });
  const before = (JSON.parse(readFileSync(join(PROJECT, "modules/facts/prices.json"), "utf8")) as PriceTable).regions;
  expect(await run(`echo "$*" >> ${directory}/asked; cat <<'END'\n${answer}\nEND`)).toEqual({ status: 0, stdout: `wrote prices of ${before.length + 1} regions to ${output}\n`, stderr: "" });
  expect(table().regions.find(({ name }) => name === "eu-west-9")).toEqual({ name: "eu-west-9", natHour: 0.05, vcpuHour: { m6id: 0.07 }, typeHour: {} });
  expect(table().regions.filter(({ name }) => name !== "eu-west-9")).toEqual(before);
  expect(table().source).toMatch(/^AWS's price list of eu-west-9; others from /);
  const asked = readFileSync(join(directory, "asked"), "utf8").trim().split("\n");
  expect(asked).toHaveLength(6);
  expect(asked[0]).toBe(
    "pricing get-products --service-code AmazonEC2 --filters Type=TERM_MATCH,Field=regionCode,Value=eu-west-9 Type=TERM_MATCH,Field=productFamily,Value=Compute Instance " +
      "Type=TERM_MATCH,Field=operatingSystem,Value=Linux Type=TERM_MATCH,Field=tenancy,Value=Shared Type=TERM_MATCH,Field=preInstalledSw,Value=NA " +
      "Type=TERM_MATCH,Field=capacitystatus,Value=Used Type=TERM_MATCH,Field=marketoption,Value=OnDemand --region us-east-1 --output json",
  );
});
