import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parseConfig } from "../../../modules/load-config";
import { deliveryChecks, repositoryWithIds } from "../../../operations/doctor/delivery-checks";
import { minimal } from "../../support/project";

let server: Server;
let api: string;
let answers: Record<string, [number, object]>;
let asked: string[];
beforeAll((done) => {
  server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? "without a token"}`);
    const [status, body] = answers[request.url ?? ""] ?? [404, {}];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1", () => {
    api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    done();
  });
});
afterAll((done) => void server.close(done));

const WITH_IDS = "acme@1234/ci@5678";
const ENVIRONMENT = "/repos/acme/ci/environments/production";
const REVIEWED = { protection_rules: [{ type: "required_reviewers", reviewers: [{}] }, { type: "branch_policy" }], deployment_branch_policy: { protected_branches: false, custom_branch_policies: true } };
beforeEach(() => {
  asked = [];
  answers = {
    "/repos/acme/ci": [200, { id: 5678, owner: { id: 1234 } }],
    [ENVIRONMENT]: [200, REVIEWED],
    [`${ENVIRONMENT}/deployment-branch-policies`]: [200, { branch_policies: [{ name: "main" }] }],
  };
});
const config = (repository = WITH_IDS) => parseConfig(minimal(`state: {type: s3, bucket: acme-states}\ndelivery: {repository: ${repository}}\n`));
const check = async (of = config(), token: string | undefined = "t") => (await deliveryChecks(of, token, api)).map(({ status, subject, detail }) => `${status} ${subject}: ${detail}`);

test("ids, reviewers and the branch are looked at, with the person's token", async () => {
  expect(await check()).toEqual([
    "ok ids of the repository: acme@1234/ci@5678",
    "ok environment production: has reviewers",
    "ok environment production: takes jobs of main only",
  ]);
  expect(asked.every((line) => line.endsWith("Bearer t"))).toBe(true);
});

test.each<[string, [number, object], RegExp]>([
  ["no environment", [404, {}], /^problem environment production: acme\/ci has no such environment/],
  ["no reviewers", [200, { ...REVIEWED, protection_rules: [{ type: "required_reviewers", reviewers: [] }] }], /^problem .* has no required reviewers/],
  ["no branch rule", [200, { ...REVIEWED, deployment_branch_policy: null }], /^problem .* takes jobs of every branch: allow main only/],
  ["protected branches", [200, { ...REVIEWED, deployment_branch_policy: { protected_branches: true, custom_branch_policies: false } }], /^ok .* protected branches only/],
  ["a token without the right", [403, {}], /^unchecked environment production: GitHub answers 403/],
])("%s", async (_name, answer, expected) => {
  answers[ENVIRONMENT] = answer;
  expect(await check()).toContainEqual(expect.stringMatching(expected));
});

test.each([
  [["main", "release/*"], /^problem .* takes jobs of release\/\* too: allow main only/],
  [[], /^problem .* takes jobs of no branch/],
])("branches %j", async (names, expected) => {
  answers[`${ENVIRONMENT}/deployment-branch-policies`] = [200, { branch_policies: names.map((name) => ({ name })) }];
  expect(await check()).toContainEqual(expect.stringMatching(expected));
});

test("ids that are missing or another repository's are told, with what to write", async () => {
  expect((await check(config("acme/ci")))[0]).toMatch(/^problem ids of the repository: .* write delivery.repository: acme@1234\/ci@5678, and apply/);
  expect((await check(config("acme@1234/ci@1")))[0]).toMatch(/^problem .* the roles would be another repository's$/);
});

test("without a token nothing is asked; without delivery there is nothing to ask", async () => {
  expect(await deliveryChecks(config(), undefined, api)).toEqual([expect.objectContaining({ status: "unchecked" }), expect.objectContaining({ status: "unchecked" })]);
  expect(await deliveryChecks(parseConfig(minimal()), "t", api)).toEqual([]);
  expect(asked).toEqual([]);
});

test("the ids of a public repository need no token; what cannot be read says what to do", async () => {
  expect(await repositoryWithIds(config("acme/ci"), undefined, api)).toBe(WITH_IDS);
  expect(asked).toEqual(["/repos/acme/ci without a token"]);
  answers = {};
  await expect(repositoryWithIds(config("acme/ci"), undefined, api)).rejects.toThrow(new Error(`GitHub answers 404 to ${api}/repos/acme/ci: set GH_TOKEN (gh auth token) to a token that may read the repository`));
  await expect(repositoryWithIds(config("acme/ci"), "t", api)).rejects.toThrow(new Error(`GitHub answers 404 to ${api}/repos/acme/ci: the token may not read acme/ci, or there is no such repository`));
  await expect(repositoryWithIds(parseConfig(minimal()), "t", api)).rejects.toThrow(new Error("delivery: nothing there; {repository: owner/name} says of which repository the ids are"));
});
