import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { minimal, synthesize } from "../../support/project";
import { shells, standIns } from "../../support/shells";

const ROLE = "arn:aws:iam::222233334444:role/terraform";
const role = { role_arn: ROLE, session_name: "ci", external_id: "e-1" };
const ASSUME = `assumeRole: {roleArn: "${ROLE}", sessionName: ci, externalId: e-1}\n`;
const S3 = "bucket: acme-states, region: eu-west-1";

interface Providers {
  readonly aws: { readonly assume_role?: object; readonly profile?: string }[];
  readonly kubernetes: { readonly exec: Exec[] }[];
  readonly helm: { readonly kubernetes: { readonly exec: Exec } }[];
}
interface Exec {
  readonly command: string;
  readonly args: string[];
}
const providers = (yaml: string, stack: "network" | "cluster" | "addons" | "dagger") => synthesize(minimal(yaml)).stacks[stack].provider as Providers;

test.each(["network", "cluster", "addons", "dagger"] as const)("each AWS provider of %s takes the role", (stack) => {
  for (const aws of providers(`${ASSUME}profile: base\n`, stack).aws) expect(aws).toMatchObject({ assume_role: [role], profile: "base" });
  for (const aws of providers("", stack).aws) expect(aws).not.toHaveProperty("assume_role");
});

describe("states in S3", () => {
  const assumed = (yaml: string) => {
    const { stacks } = synthesize(minimal(yaml));
    const { s3 } = (stacks.cluster.terraform as { backend: { s3: { assume_role?: object } } }).backend;
    const { config } = stacks.addons.data!.terraform_remote_state!.cluster as { config: { assume_role?: object } };
    expect(config.assume_role).toEqual(s3.assume_role);
    return s3.assume_role;
  };
  test("are reached with the installation's role, one of their own, or none", () => {
    expect(assumed(`state: {type: s3, ${S3}}\n`)).toBeUndefined();
    expect(assumed(`${ASSUME}state: {type: s3, ${S3}}\n`)).toEqual(role);
    expect(assumed(`${ASSUME}state: {type: s3, ${S3}, assumeRole: {roleArn: "arn:aws:iam::999988887777:role/states"}}\n`)).toEqual({
      role_arn: "arn:aws:iam::999988887777:role/states",
      session_name: "dagger-on-eks",
    });
    expect(assumed(`${ASSUME}state: {type: s3, ${S3}, assumeRole: false}\n`)).toBeUndefined();
  });
});

describe("access to the cluster", () => {
  const { kubernetes, helm } = providers(ASSUME, "dagger");
  const { command, args } = kubernetes[0]!.exec[0]!;
  const [flag, script, ...more] = args;

  test("is alike for both providers, and by the AWS CLI alone without a role", () => {
    expect(helm[0]!.kubernetes.exec).toEqual(kubernetes[0]!.exec[0]);
    expect(providers("", "dagger").kubernetes[0]!.exec[0]).toMatchObject({ command: "aws", args: expect.arrayContaining(["eks", "get-token"]) as unknown });
    expect([command, flag, ...more.slice(2)]).toEqual(["sh", "-c", "eu-west-1", "--role-arn", ROLE, "--role-session-name", "ci", "--external-id", "e-1"]);
  });

  describe.each(shells)("in $name", ({ command: shell, path }) => {
    const run = (aws: string) => {
      const bin = standIns({ aws });
      const calls = join(bin, "calls");
      const ended = spawnSync(shell[0]!, [...shell.slice(1), "-c", script!, "get-token", "my-cluster", ...more.slice(2), "--profile", "base"], {
        encoding: "utf8",
        env: { PATH: `${bin}:${path}`, CALLS: calls, AWS_PROFILE: "mine" },
      });
      const called = readFileSync(calls, "utf8").trimEnd().split("\n");
      rmSync(calls);
      return { called, code: ended.status, stdout: ended.stdout };
    };
    const LOG = 'echo "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN: $*" >>"$CALLS"';

    test("the role is taken first, and the token asked for with it", () => {
      const { called, code, stdout } = run(`${LOG}\nif [ "$1" = sts ]; then printf 'ASIA\\tse/cret+\\tto=ken\\n'; else echo token; fi`);
      expect(called).toEqual([
        `  : sts assume-role --region eu-west-1 --role-arn ${ROLE} --role-session-name ci --external-id e-1 --profile base --query Credentials.[AccessKeyId,SecretAccessKey,SessionToken] --output text`,
        "ASIA se/cret+ to=ken: eks get-token --cluster-name my-cluster --region eu-west-1",
      ]);
      expect([code, stdout]).toEqual([0, "token\n"]);
    });

    test("a role that cannot be taken gives no token of anybody else", () => {
      const { called, code, stdout } = run(`${LOG}\n[ "$1" != sts ] || exit 254\necho token`);
      expect([called.length, code, stdout]).toEqual([1, 254, ""]);
    });
  });
});
