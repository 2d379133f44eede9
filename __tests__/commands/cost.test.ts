import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { priceTable } from "../../modules/facts/prices";
import { commandCalls } from "../support/commands";
import { EXISTING, minimal } from "../support/project";

const directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-cost-"));
afterAll(() => rmSync(directory, { recursive: true }));
const call = commandCalls();

function run(yaml: string, ...args: readonly string[]) {
  writeFileSync(join(directory, "dagger-ci.yaml"), yaml);
  return call("commands/cost.js", args, { cwd: directory });
}
const FLEETS = "fleets: [{name: main, nodes: {families: [m6id]}, seed: {publish: true}, runners: [{cpu: 2, memory: 8Gi, max: 20}]}]";
/** Figures change with the prices; what they add up to is tested beside what adds. */
const withoutFigures = (text: string) => text.replaceAll(/\$[\d,.]*\d/g, "$#");

test("for people: lines, their sum, bound and runners, what is not counted and where prices come from", async () => {
  const { status, stdout, stderr } = await run(minimal(FLEETS));
  expect([status, stderr]).toEqual([0, ""]);
  expect(withoutFigures(stdout).replaceAll(/ +/g, " ")).toBe(`dagger-ci in eu-west-1, in US dollars at AWS's list prices of ${priceTable.date}

an idle month of 730 hours
 EKS control plane 1 $# a hour $#
 support nodes, m7i.large 2 $# a hour $#
 their root disks, gp3 60 $# a GB-month $#
 KMS key, not yet rotated 1 $# a month $#
 NAT gateways 1 $# a hour $#
 their public IPv4 addresses 1 $# a hour $#
 together $#

fleet main
 all its nodes all month: 186,880 vCPU-hours; $# on m6id.8xlarge, $# on m6id.2xlarge
 an hour of a runner, engine and disk of its node shared
 2c-8g $# with 13 on m6id.8xlarge $# alone on m6id.2xlarge

Not counted: logs of the control plane in CloudWatch; traffic, which NAT gateways and endpoints also charge by the GB; flow logs; seeds in S3: what they hold and each request; taxes, discounts, savings plans and credits.
Spot is reckoned as on demand; --spot-share says what it costs of that.
Prices: ${priceTable.source}.
`);
});

test("for people: what exists, hours that are not all, prices that are not known", async () => {
  const { stdout } = await run(minimal(EXISTING), "--region", "cn-north-1", "--spot-share", "0.35");
  expect(stdout).toContain("an idle month of 730 hours\n  together $0.00\n");
  expect(stdout).toContain("    2c-8g   no price known of a node that holds it\n");
  expect(stdout).toContain("Not counted: the cluster that exists with its support nodes; the VPC that exists; taxes,");
  expect(stdout).toContain("Spot is reckoned at 35 % of on demand, as --spot-share says.");
});

interface Json {
  readonly region: string;
  readonly idleMonth: { readonly lines: readonly { readonly month: number }[]; readonly month: number };
  readonly fleets: readonly { readonly name: string; readonly vcpuHours: number }[];
}

test("for machines: the sum is that of the lines; several regions are a list", async () => {
  const one = JSON.parse((await run(minimal(FLEETS), "--json")).stdout) as Json;
  expect(one.idleMonth.month).toBeCloseTo(one.idleMonth.lines.reduce((sum, { month }) => sum + month, 0), 2);
  expect(one.fleets).toMatchObject([{ name: "main", vcpuHours: 186_880 }]);
  const several = JSON.parse((await run(minimal(FLEETS), "--json", "--region", "us-east-1", "--region", "eu-west-1")).stdout) as Json[];
  expect(several.map(({ region }) => region)).toEqual(["us-east-1", "eu-west-1"]);
  expect(several[1]).toEqual(one);
});

test("a share that is none is refused", async () => {
  expect(await run(minimal(), "--spot-share", "40")).toEqual({
    status: 1,
    stdout: "",
    stderr: "error: option '--spot-share <share>' argument '40' is invalid. It is a share above 0 and up to 1, such as 0.4.\n",
  });
});
