import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parseConfig } from "../../../modules/load-config";
import { questions, recordedBy } from "../../../operations/cost/ask-prometheus";
import { minimal } from "../../support/project";
import { promqlProblems } from "../../support/promql";

const config = parseConfig(minimal());
const PERSISTENT = "fleets: [{name: main, nodes: {mode: persistent, instanceType: m6id.2xlarge, count: 1}, runners: [{cpu: 2, memory: 8Gi, max: 2}]}]";

test("Prometheus reads every question, and somebody exports every metric with these labels", () => {
  const all = Object.entries(questions(config, "168h"));
  expect(all.map(([name]) => name)).toEqual(["nodes", "dollars", "cpuHours", "asked", "jobs"]);
  expect(all.flatMap(([name, expr]) => promqlProblems(expr).map((problem) => `${name}: ${problem}`))).toEqual([]);
  expect(Object.keys(questions(parseConfig(minimal(PERSISTENT)), "1h"))).toEqual(["asked", "jobs"]);
});

describe("a Prometheus that answers", () => {
  let server: Server;
  let asked: string[];
  let answer: (query: string) => { status?: number; body: string };
  const url = () => `http://localhost:${(server.address() as AddressInfo).port}/behind/a/path`;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        const query = new URLSearchParams(body).get("query")!;
        asked.push(`${request.method!} ${request.url!}`);
        const { status = 200, body: text } = answer(query);
        response.writeHead(status).end(text);
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, "localhost", resolve));
  });
  beforeEach(() => (asked = []));
  afterAll(() => void server.close());

  const vector = (...result: (readonly [Record<string, string>, string])[]) => ({ body: JSON.stringify({ status: "success", data: { resultType: "vector", result: result.map(([metric, value]) => ({ metric, value: [1, value] })) } }) });

  test("is read by labels, and what is nothing is left out", async () => {
    answer = (query) => {
      if (query.includes("current_lifetime")) return vector([{ nodepool: "main", instance_type: "m6id.2xlarge", capacity_type: "spot", zone: "eu-west-1a" }, "12.5"]);
      if (query.includes("cost_total")) return vector([{ nodepool: "main" }, "3.25"]);
      if (query.includes("allocatable")) return vector([{ nodepool: "main" }, "60"]);
      if (query.includes("resource_requests")) return vector([{ runs_on: "dagger-ci-main-2c-8g" }, "20"]);
      return vector([{ runs_on: "dagger-ci-main-2c-8g", repository: "api" }, "8"], [{ runs_on: "dagger-ci-main-2c-8g", repository: "web" }, "0"]);
    };
    expect(await recordedBy(url(), config, "24h")).toEqual({
      nodes: [{ nodePool: "main", type: "m6id.2xlarge", capacityType: "spot", zone: "eu-west-1a", hours: 12.5 }],
      dollars: new Map([["main", 3.25]]),
      cpuHours: new Map([["main", 60]]),
      asked: new Map([["dagger-ci-main-2c-8g", 20]]),
      jobs: [{ runsOn: "dagger-ci-main-2c-8g", repository: "api", hours: 8 }],
    });
    expect(new Set(asked)).toEqual(new Set(["POST /behind/a/path/api/v1/query"]));
  });

  test("with an error, or is something else: its words", async () => {
    answer = () => ({ status: 422, body: JSON.stringify({ status: "error", error: "query processing would load too many samples" }) });
    await expect(recordedBy(url(), config, "24h")).rejects.toThrow(`cannot ask Prometheus at ${url()}: query processing would load too many samples`);
    answer = () => ({ status: 404, body: "<html>" });
    await expect(recordedBy(url(), config, "24h")).rejects.toThrow(`cannot ask Prometheus at ${url()}: it answers 404, not as Prometheus does`);
  });
});

test("nobody there", async () => {
  await expect(recordedBy("http://localhost:1", config, "24h")).rejects.toThrow(/^cannot ask Prometheus at http:\/\/localhost:1: .+/);
});
