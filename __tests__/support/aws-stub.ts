import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What a stubbed AWS answers: a status and a body; text is XML, anything else JSON. */
export type Answer = readonly [status: number, body: unknown];
const MISSING: Answer = [404, { __type: "ResourceNotFoundException", message: "none" }];

/**
 * An HTTP server that answers as AWS: by path (EKS, Kubernetes) or by action (EC2, IAM). What a test gave no answer for
 * does not exist.
 */
export function awsStub() {
  let answers: Readonly<Record<string, Answer>> = {};
  const requests: string[] = [];
  const keys: string[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const action = new URLSearchParams(Buffer.concat(chunks).toString()).get("Action");
      const asked = action ?? (request.url ?? "").replace(/\?.*/, "");
      requests.push(asked);
      keys.push(/Credential=([^/]+)/.exec(request.headers.authorization ?? "")?.[1] ?? "");
      const [status, body] = answers[asked] ?? MISSING;
      const isText = typeof body === "string";
      response.writeHead(status, {
        "content-type": isText ? "text/xml" : "application/json",
        ...(status === 404 ? { "x-amzn-errortype": "ResourceNotFoundException" } : {}),
      });
      response.end(isText ? body : JSON.stringify(body));
    });
  });
  beforeAll((done) => void server.listen(0, "127.0.0.1", done));
  afterAll((done) => void server.close(done));
  beforeEach(() => {
    requests.length = 0;
    keys.length = 0;
    answers = {};
  });
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    /** The access key with which each request was signed. */
    keys,
    answer: (more: Readonly<Record<string, Answer>>) => void (answers = more),
    /** Environment that leads the AWS SDK here. */
    environment: () => ({ AWS_ENDPOINT_URL: url(), AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_EC2_METADATA_DISABLED: "true" }),
  };
}

/** EC2's answer with instances of these ids. */
export const instances = (...ids: string[]): Answer => [
  200,
  `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet>${ids
    .map((id) => `<item><instancesSet><item><instanceId>${id}</instanceId><instanceType>m6id.2xlarge</instanceType></item></instancesSet></item>`)
    .join("")}</reservationSet></DescribeInstancesResponse>`,
];

/** STS's answers: credentials of the key ASSUMED, and an account. */
export const assumedRole = (account: string): Readonly<Record<string, Answer>> => ({
  AssumeRole: [
    200,
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey>" +
      "<SessionToken>t</SessionToken><Expiration>2036-11-26T12:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
  ],
  GetCallerIdentity: [
    200,
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${account}</Account><Arn>arn:aws:sts::${account}:assumed-role/terraform/ci</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  ],
});

/** EC2's answer with VPCs: their ids, each with the installation that its tag names. */
export const vpcs = (named: Readonly<Record<string, string>>): Answer => [
  200,
  `<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><vpcSet>${Object.entries(named)
    .map(([id, name]) => `<item><vpcId>${id}</vpcId><tagSet><item><key>dagger-ci/installation</key><value>${name}</value></item></tagSet></item>`)
    .join("")}</vpcSet></DescribeVpcsResponse>`,
];
