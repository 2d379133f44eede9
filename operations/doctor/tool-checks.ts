import { spawnSync } from "node:child_process";
import { atLeast } from "../../modules/config/fleet";
import { ok, problem, type Finding } from "../findings";

/**
 * Oldest versions that work: as in package.json (Node), write-only arguments (Terraform), `eks get-token` for current
 * clusters (AWS CLI).
 */
const OLDEST = { node: "22.13.0", terraform: "1.11.0", aws: "2.13.0" } as const;

/** Output of `program --version`; undefined if it is not there. */
export type VersionOf = (program: string) => string | undefined;

const fromCommand: VersionOf = (program) => {
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout : undefined;
};

/** The programs that deploy: Node, Terraform (or OpenTofu, by TERRAFORM_BINARY_NAME), and the AWS CLI. */
export function toolChecks(versionOf: VersionOf = fromCommand, terraform = process.env.TERRAFORM_BINARY_NAME ?? "terraform", node = process.version): Finding[] {
  return [
    tool("Node", node, OLDEST.node, "install Node 22 or 24"),
    tool(terraform, versionOf(terraform), OLDEST.terraform, "install Terraform 1.11 or OpenTofu 1.11, or later"),
    tool("aws", versionOf("aws"), OLDEST.aws, "install the AWS CLI, version 2"),
  ];
}

function tool(subject: string, output: string | undefined, oldest: string, advice: string): Finding {
  const version = /([0-9]+\.[0-9]+\.[0-9]+)/.exec(output ?? "")?.[1];
  if (version === undefined) return problem(subject, `not found: ${advice}`);
  return atLeast(version, oldest) ? ok(subject, version) : problem(subject, `${version} is too old: ${advice}`);
}
