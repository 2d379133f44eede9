import { generateKeyPairSync, createVerify } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parseConfig } from "../../../modules/load-config";
import type { AwsAccount } from "../../../operations/doctor/aws-account";
import { awsChecks } from "../../../operations/doctor/aws-checks";
import { githubApi, secretChecks } from "../../../operations/doctor/github-checks";
import { toolChecks } from "../../../operations/doctor/tool-checks";
import type { Finding } from "../../../operations/findings";
import { minimal, scenario } from "../../support/project";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PEM = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const APP = { github_app_id: "123456", github_app_installation_id: "77", github_app_private_key: PEM };

/** An account in which all is well; a test changes one answer. */
const account = (changes: Partial<AwsAccount> = {}): AwsAccount => ({
  identity: () => Promise.resolve({ account: "111122223333", arn: "arn:aws:iam::111122223333:role/Deploy" }),
  zones: () => Promise.resolve(["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
  offerings: (types) => Promise.resolve(new Map(types.map((type) => [type, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]]))),
  quota: () => Promise.resolve(1000),
  hasRole: () => Promise.resolve(true),
  ebsKey: () => Promise.resolve("alias/aws/ebs"),
  reservations: () => Promise.resolve(new Map()),
  images: () => Promise.resolve(new Map()),
  cluster: () => Promise.resolve({ ipFamily: "ipv4", authenticationMode: "API", autoMode: false, addons: ["vpc-cni", "eks-pod-identity-agent"] }),
  secret: () => Promise.resolve(JSON.stringify(APP)),
  ...changes,
});
const lines = (findings: readonly Finding[], status: Finding["status"]) =>
  findings.filter((finding) => finding.status === status).map(({ subject, detail }) => `${subject}: ${detail}`);
const aws = async (yaml: string, changes: Partial<AwsAccount>, status: Finding["status"] = "problem") =>
  lines(await awsChecks(parseConfig(minimal(yaml)), account(changes)), status);

describe("the AWS account", () => {
  test("passes when all is well", async () => {
    expect(await aws("", {})).toEqual([]);
    expect(await aws("", {}, "ok")).toEqual([
      "AWS account: 111122223333, as arn:aws:iam::111122223333:role/Deploy",
      "availability zones: eu-west-1a, eu-west-1b, eu-west-1c",
      "instance types, support nodes: 2 of 2 are sold in eu-west-1",
      expect.stringMatching(/^instance types, fleet main: (\d+) of \1 are sold in eu-west-1$/),
      "vCPU quota, on-demand: 1000, fleets may use 256",
      "key of disks: AWS's own",
    ]);
  });

  test.each<[string, string, Partial<AwsAccount>, string]>([
    ["another account", 'account: "999999999999"', {}, "AWS account: credentials are for 111122223333, the configuration is for 999999999999: change one"],
    ["a zone that the account lacks", "network: {availabilityZones: [eu-west-1a, eu-west-1d]}", {}, "availability zones: the account has no eu-west-1d; it has eu-west-1a, eu-west-1b, eu-west-1c"],
    ["fewer zones than wanted", "network: {availabilityZones: 3}", { zones: () => Promise.resolve(["eu-west-1a", "eu-west-1b"]) }, "availability zones: 3 are wanted, the account has eu-west-1a, eu-west-1b"],
    ["types that the region does not sell", "fleets: [{name: main, nodes: {families: [m8id]}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]", { offerings: () => Promise.resolve(new Map([["m7i.large", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]]])) }, "instance types, fleet main: none of its 3 types is sold in eu-west-1: widen the choice"],
    ["a zone without the types", "", { offerings: (types) => Promise.resolve(new Map(types.map((type) => [type, ["eu-west-1a", "eu-west-1b"]]))) }, "instance types, support nodes: none is sold in eu-west-1c: choose other zones or types"],
    ["a quota below the fleets' limits", "", { quota: () => Promise.resolve(64) }, "vCPU quota, on-demand: 64, fleets may use 256: ask AWS for more (L-1216C47A), or lower vcpuLimit"],
    ["no role for spot", "fleets: [{name: main, nodes: {capacityTypes: [spot]}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]", { hasRole: () => Promise.resolve(false) }, "spot role: the account has none: set cluster.spotServiceLinkedRole: true"],
    ["a role that is to exist", 'addons: {karpenter: {roleArn: "arn:aws:iam::111122223333:role/platform/karpenter"}}', { hasRole: () => Promise.resolve(false) }, "addons.karpenter.roleArn: the account has no role karpenter: make it, as docs/roles.md says, or leave the setting out"],
    ["a role for spot that is there already", "cluster: {spotServiceLinkedRole: true}", {}, "spot role: the account has it already: set cluster.spotServiceLinkedRole: false"],
  ])("%s is told, with what to do", async (_title, yaml, changes, expected) => {
    expect(await aws(yaml, changes)).toContain(expected);
  });

  test("what may not be read is said to be unchecked, and is no failure", async () => {
    const denied = () => Promise.reject(new Error("AccessDenied: not authorized to perform servicequotas:GetServiceQuota\nmore"));
    expect(await aws("", { quota: denied }, "unchecked")).toEqual([
      "vCPU quota: AccessDenied: not authorized to perform servicequotas:GetServiceQuota",
    ]);
    expect(await aws("", { quota: denied })).toEqual([]);
  });
});

describe("secrets and GitHub", () => {
  let server: Server;
  let answer: (request: IncomingMessage) => [number, object];
  let url: string;
  beforeAll((done) => {
    server = createServer((request, response) => {
      const [status, body] = answer(request);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    }).listen(0, "127.0.0.1", () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  afterAll((done) => void server.close(done));

  const INSTALLATION = { account: { login: "Acme" }, permissions: { organization_self_hosted_runners: "write" } };
  const check = async (secret: string | undefined, yaml = "") =>
    secretChecks(parseConfig(minimal(yaml)), account({ secret: () => Promise.resolve(secret) }), url);

  test("an App with its rights passes, and asks with a token that GitHub can verify", async () => {
    let asked = "";
    let verified = false;
    answer = ({ url: path, headers }) => {
      asked = path ?? "";
      const [head, payload, signature = ""] = (headers.authorization ?? "").replace("Bearer ", "").split(".");
      verified = createVerify("RSA-SHA256").update(`${head}.${payload}`).verify(publicKey, signature, "base64url");
      return [200, INSTALLATION];
    };
    const findings = await check(JSON.stringify(APP));
    expect(lines(findings, "problem")).toEqual([]);
    expect(lines(findings, "ok")).toContain("GitHub: the App may manage runners of acme");
    expect(asked).toBe("/app/installations/77");
    expect(verified).toBe(true);
  });

  test.each<[string, [number, object], RegExp]>([
    ["a key of another App", [401, {}], /^GitHub: refuses the App's key \(401\)/],
    ["an unknown installation", [404, {}], /^GitHub: knows no such installation/],
    ["a suspended installation", [200, { ...INSTALLATION, suspended_at: "2026-01-01" }], /suspended$/],
    ["a missing permission", [200, { ...INSTALLATION, permissions: { organization_self_hosted_runners: "read" } }], /no write permission organization_self_hosted_runners/],
    ["another owner", [200, { ...INSTALLATION, account: { login: "other" } }], /installed for other, the configuration is for acme/],
  ])("%s is told", async (_title, reply, expected) => {
    answer = () => reply;
    expect(lines(await check(JSON.stringify(APP)), "problem")).toEqual([expect.stringMatching(expected)]);
  });

  test.each<[string, string | undefined, RegExp]>([
    ["no secret", undefined, /there is no such secret in AWS Secrets Manager/],
    ["no JSON", "s3cret-value", /is no JSON object$/],
    ["missing keys", JSON.stringify({ github_app_id: "1" }), /lacks github_app_installation_id, github_app_private_key/],
    ["an id that is none", JSON.stringify({ ...APP, github_app_id: "my app" }), /is no App id or client id/],
    ["a key that is none", JSON.stringify({ ...APP, github_app_private_key: "s3cret-value" }), /is no private key in PEM form/],
  ])("a secret with %s is told, without showing it", async (_title, secret, expected) => {
    answer = () => [401, {}];
    const findings = await check(secret);
    expect(lines(findings, "problem")[0]).toMatch(expected);
    expect(JSON.stringify(findings)).not.toContain("s3cret-value");
  });

  test("Dagger Cloud's secret needs its key", async () => {
    answer = () => [200, INSTALLATION];
    expect(lines(await check(JSON.stringify(APP), "daggerCloud: {secret: cloud}"), "problem")).toEqual([
      "secret cloud: lacks token",
    ]);
  });

  test("a GitHub Enterprise Server is asked at its own API", () => {
    const config = parseConfig(minimal().replace("acme,", "acme, server: {url: https://github.acme.example},"));
    expect(githubApi(config.github)).toBe("https://github.acme.example/api/v3");
    expect(githubApi(scenario("defaults").config.github)).toBe("https://api.github.com");
    expect(githubApi(parseConfig(minimal().replace("acme,", "acme, server: {url: https://acme.ghe.com},")).github)).toBe("https://api.acme.ghe.com");
  });
});

test("tools that are missing or too old are told, with what to install", () => {
  const versions: Record<string, string> = { terraform: "Terraform v1.9.8\non linux_amd64" };
  expect(lines(toolChecks((program) => versions[program], "terraform", "v20.20.2"), "problem")).toEqual([
    "Node: 20.20.2 is too old: install Node 22 or 24",
    "terraform: 1.9.8 is too old: install Terraform 1.11 or OpenTofu 1.11, or later",
    "aws: not found: install the AWS CLI, version 2",
  ]);
});
