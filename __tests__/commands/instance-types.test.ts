import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InstanceTypeTable } from "../../modules/facts/instance-types";
import { commandCalls } from "../support/commands";

/** Against a small server that answers as EC2 does: XML, page by page. */
const call = commandCalls();
const directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-instance-types-"));
const output = join(directory, "types.json");
const CREDENTIALS = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

const item = (name: string, disk = "ssd") =>
  `<item><instanceType>${name}</instanceType><bareMetal>false</bareMetal><hypervisor>nitro</hypervisor>
   <supportedUsageClasses><item>on-demand</item></supportedUsageClasses>
   <processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures></processorInfo>
   <vCpuInfo><defaultVCpus>8</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>32768</sizeInMiB></memoryInfo>
   <instanceStorageInfo><totalSizeInGB>474</totalSizeInGB><nvmeSupport>required</nvmeSupport>
   <disks><item><type>${disk}</type></item></disks></instanceStorageInfo>
   <networkInfo><defaultNetworkCardIndex>0</defaultNetworkCardIndex><ipv4AddressesPerInterface>15</ipv4AddressesPerInterface>
   <networkCards><item><maximumNetworkInterfaces>4</maximumNetworkInterfaces></item></networkCards></networkInfo></item>`;
const page = (items: string, next = "") =>
  `<DescribeInstanceTypesResponse><instanceTypeSet>${items}</instanceTypeSet>${next}</DescribeInstanceTypesResponse>`;
const DENIED =
  "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You may not.</Message></Error></Errors></Response>";

let answer: (request: URLSearchParams) => { readonly status: number; readonly body: string };
let requests: URLSearchParams[];
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const query = new URLSearchParams(body);
      requests.push(query);
      const { status, body: xml } = answer(query);
      response.writeHead(status, { "content-type": "text/xml" }).end(xml);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
beforeEach(() => {
  requests = [];
  rmSync(output, { force: true });
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await new Promise((resolve) => server.close(resolve));
});

const run = (args: readonly string[], env: Readonly<Record<string, string>> = CREDENTIALS) =>
  call("commands/instance-types.js", ["--output", output, ...args], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      NODE_NO_WARNINGS: "1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...env,
    },
  });

test("all pages of all regions end up in one file", async () => {
  answer = (query) => {
    if (!query.has("NextToken")) return { status: 200, body: page(item("m6id.2xlarge"), "<nextToken>2</nextToken>") };
    return { status: 200, body: page(item("c6id.2xlarge") + item("d3.2xlarge", "hdd")) };
  };
  const result = await run(["--region", "eu-west-1", "--region", "us-east-1"]);
  expect(result).toEqual({ status: 0, stdout: `wrote 2 instance types to ${output}\n`, stderr: "" });
  expect(requests.map((query) => [query.get("Filter.1.Name"), query.get("Filter.1.Value.1"), query.get("NextToken")])).toEqual(
    [null, "2", null, "2"].map((token) => ["instance-storage-supported", "true", token]),
  );
  const table = JSON.parse(readFileSync(output, "utf8")) as InstanceTypeTable;
  expect(table.source).toBe("EC2 DescribeInstanceTypes in eu-west-1, us-east-1");
  expect(table.date).toMatch(/^20\d\d-\d\d-\d\d$/);
  expect(table.types.map(({ name }) => name)).toEqual(["c6id.2xlarge", "m6id.2xlarge"]);
});

test("nothing is written when a later page fails", async () => {
  answer = (query) =>
    query.has("NextToken")
      ? { status: 403, body: DENIED }
      : { status: 200, body: page(item("m6id.2xlarge"), "<nextToken>2</nextToken>") };
  const { status, stderr } = await run(["--region", "eu-west-1"]);
  expect([status, stderr]).toEqual([1, "cannot read the instance types of eu-west-1: AWS refused: UnauthorizedOperation: You may not.\n"]);
  expect(existsSync(output)).toBe(false);
});

test("nothing is written when a region sells no such type", async () => {
  answer = () => ({ status: 200, body: page("") });
  const { status, stderr } = await run([], { ...CREDENTIALS, AWS_REGION: "eu-west-9" });
  expect(status).toBe(1);
  expect(stderr).toBe("cannot read the instance types of eu-west-9: EC2 knows no instance type with local NVMe disks there\n");
  expect(existsSync(output)).toBe(false);
});

test("what to do without credentials or region", async () => {
  const noCredentials = await run(["--region", "eu-west-1"], {});
  expect(noCredentials.status).toBe(1);
  expect(noCredentials.stderr).toMatch(
    /^cannot read the instance types of eu-west-1: no AWS credentials \(.+\): log in and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\n$/,
  );
  expect(await run([])).toEqual({
    status: 1,
    stdout: "",
    stderr: "no region: give --region, such as --region eu-west-1, or set AWS_REGION\n",
  });
});
