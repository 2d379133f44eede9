import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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

test("what was spent, from what Prometheus recorded", async () => {
  const answers: [string, object, string][] = [
    ["current_lifetime", { nodepool: "main", instance_type: "m6id.2xlarge", capacity_type: "on-demand", zone: "eu-west-1a" }, "10"],
    ["cost_total", { nodepool: "main" }, "5"],
    ["allocatable", { nodepool: "main" }, "50"],
    ["resource_requests", { runs_on: "dagger-ci-main-2c-8g" }, "20"],
    ["execution_duration", { runs_on: "dagger-ci-main-2c-8g", repository: "api" }, "8"],
  ];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const query = new URLSearchParams(body).get("query")!;
      const result = answers.filter(([part]) => query.includes(part)).map(([, metric, value]) => ({ metric, value: [1, value] }));
      response.end(JSON.stringify({ status: "success", data: { result } }));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "localhost", resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const yaml = minimal("fleets: [{name: main, nodes: {families: [m6id]}, runners: [{cpu: 2, memory: 8Gi, max: 20}]}]");
  try {
    const { stdout, stderr, status } = await run(yaml, "--since", "7d", "--prometheus", url);
    expect([status, stderr]).toEqual([0, ""]);
    expect(withoutFigures(stdout)).toBe(`dagger-ci in eu-west-1, the last 168 hours, in US dollars; list prices of ${priceTable.date}

fleet main: 10 hours of nodes, $# with root disks at Karpenter's prices
    m6id.2xlarge  on-demand  eu-west-1a  10 hours  $#
  shared by the CPU that runners asked for, of what nodes have beside engines
    2c-8g  40 %  20 CPU-hours     $#
      api        8 hours of jobs  $#
    idle   60 %                   $#

Not in it: minutes before Karpenter saw a node, and less than five minutes of a node; runners of RunnerDeployments, which count as idle; jobs whose listener restarted before Prometheus saw them; control plane, support nodes, NAT and traffic (npm run cost); taxes, discounts, savings plans and credits.
`);
    const json = JSON.parse((await run(yaml, "--since", "24h", "--prometheus", url, "--json")).stdout) as { hours: number; fleets: { dollars: number; idle: { share: number } }[] };
    expect(json).toMatchObject({ hours: 24, fleets: [{ name: "main", nodeHours: 10, by: "Karpenter's prices", idle: { share: 0.6 } }] });
    expect(json.fleets[0]!.dollars).toBeGreaterThan(5);
  } finally {
    server.close();
  }
});

test("without Prometheus it looks at the cluster; what is missing for either is said", async () => {
  writeFileSync(join(directory, "dagger-ci.yaml"), minimal());
  const { status, stderr } = await call("commands/cost.js", ["--since", "24h"], { cwd: directory, env: { PATH: process.env.PATH, HOME: directory } });
  expect([status, stderr]).toEqual([1, "no cluster to look at: there is no kubeconfig. Run aws eks update-kubeconfig --name <cluster>, or set KUBECONFIG.\n"]);
  expect(await run(minimal(), "--prometheus", "http://localhost:9090")).toEqual({ status: 1, stdout: "", stderr: "--prometheus says what was recorded: give --since too, such as --since 7d\n" });
  expect((await run(minimal(), "--since", "a week")).stderr).toBe("error: option '--since <time>' argument 'a week' is invalid. It is a number of hours or days, such as 24h or 7d.\n");
});
