import { createSign } from "node:crypto";
import { githubHosts } from "../../modules/facts/github-hosts";
import type { GithubConfig } from "../../modules/config/github";
import type { Config } from "../../modules/config/schema";
import { otherSecrets } from "../../modules/contract/aws-secrets";
import { allGithubs } from "../../modules/contract/github";
import { ok, problem, type Finding } from "../findings";
import type { AwsAccount } from "./aws-account";
import { guarded } from "./guarded";

/** GitHub's credentials as they are in the secret. */
export interface Credentials {
  readonly github_app_id?: string | number;
  readonly github_app_installation_id?: string | number;
  readonly github_app_private_key?: string;
  readonly github_token?: string;
}
const APP_KEYS = ["github_app_id", "github_app_installation_id", "github_app_private_key"] as const;

/** The secrets with their keys, and each GitHub with the rights of its credentials. No secret is ever shown. */
export async function secretChecks(config: Config, account: AwsAccount, apiUrl?: string): Promise<Finding[]> {
  const githubs = await Promise.all(allGithubs(config).map((github) => githubChecks(github, account, apiUrl ?? githubApi(github))));
  const others = await Promise.all(
    [...otherSecrets(config)].map(([name, keys]) =>
      guarded(`secret ${name}`, async () => {
        const [finding, content] = readJson(`secret ${name}`, await account.secret(name));
        if (content === undefined) return [finding];
        const missing = keys.filter((key) => !(key in content));
        return [missing.length === 0 ? ok(`secret ${name}`, `has ${keys.join(", ")}`) : problem(`secret ${name}`, `lacks ${missing.join(", ")}`)];
      }),
    ),
  );
  return [...githubs.flatMap(({ secret }) => secret), ...others.flat(), ...githubs.flatMap(({ reach }) => reach)];
}

async function githubChecks(github: GithubConfig, account: AwsAccount, apiUrl: string): Promise<{ secret: Finding[]; reach: Finding[] }> {
  let credentials: Credentials | undefined;
  const secret = await guarded(`secret ${github.secret}`, async () => {
    const [finding, content] = readJson(`secret ${github.secret}`, await account.secret(github.secret));
    if (content === undefined) return [finding];
    credentials = content;
    return [githubKeys(github.secret, content)];
  });
  const known = credentials;
  return { secret, reach: known ? await guarded("GitHub", () => githubRights(github, known, apiUrl)) : [] };
}


function readJson(subject: string, text: string | undefined): [Finding, Credentials | undefined] {
  if (text === undefined) return [problem(subject, "there is no such secret in AWS Secrets Manager: make it"), undefined];
  try {
    const content = JSON.parse(text) as unknown;
    if (typeof content === "object" && content !== null) return [ok(subject, "is JSON"), content];
  } catch {
    // What is wrong with it could show the secret itself.
  }
  return [problem(subject, "is no JSON object"), undefined];
}

function githubKeys(name: string, content: Credentials): Finding {
  const subject = `secret ${name}`;
  if (content.github_token !== undefined) return ok(subject, "has a token");
  const missing = APP_KEYS.filter((key) => content[key] === undefined);
  if (missing.length > 0) return problem(subject, `lacks ${missing.join(", ")} (or github_token)`);
  if (!/^([0-9]+|Iv[A-Za-z0-9.]+)$/.test(String(content.github_app_id))) return problem(subject, "github_app_id is no App id or client id");
  if (!/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(content.github_app_private_key ?? "")) {
    return problem(subject, "github_app_private_key is no private key in PEM form");
  }
  return ok(subject, "has the App's three keys");
}

/** GitHub's REST API: that of github.com, or of the configured server. */
export const githubApi = ({ server }: GithubConfig): string => githubHosts(server?.url).api;

async function githubRights({ organization, repository }: GithubConfig, credentials: Credentials, apiUrl: string): Promise<Finding[]> {
  if (credentials.github_token !== undefined) {
    const { status } = await ask(`${apiUrl}/rate_limit`, credentials.github_token);
    return [status === 200 ? ok("GitHub", "takes the token") : problem("GitHub", `refuses the token (${status}): renew it`)];
  }
  const url = `${apiUrl}/app/installations/${credentials.github_app_installation_id}`;
  const { status, body } = await ask(url, appToken(credentials));
  if (status === 401) return [problem("GitHub", "refuses the App's key (401): github_app_id and the key do not belong together")];
  if (status === 404) return [problem("GitHub", "knows no such installation of the App (404): check github_app_installation_id")];
  if (status !== 200) return [problem("GitHub", `answers ${status} to ${url}`)];
  const { permissions = {}, suspended_at: suspended, account } = body as {
    permissions?: Record<string, string>;
    suspended_at?: string | null;
    account?: { login?: string };
  };
  if (suspended) return [problem("GitHub", "the App's installation is suspended")];
  const right = repository === undefined ? "organization_self_hosted_runners" : "administration";
  if (permissions[right] !== "write") {
    return [problem("GitHub", `the App has no write permission ${right}: give it, and accept it in the installation`)];
  }
  const owner = organization ?? repository?.split("/")[0];
  if (owner !== undefined && account?.login?.toLowerCase() !== owner.toLowerCase()) {
    return [problem("GitHub", `the App is installed for ${account?.login ?? "nobody"}, the configuration is for ${owner}`)];
  }
  return [ok("GitHub", `the App may manage runners of ${owner}`)];
}

/** Asks GitHub's REST API; without a token as anybody. */
export async function ask(url: string, token?: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), accept: "application/vnd.github+json", "user-agent": "dagger-on-eks" },
    signal: AbortSignal.timeout(15_000),
  });
  return { status: response.status, body: await response.json().catch(() => undefined) };
}

/** A JSON Web Token for GitHub's App endpoints, valid for nine minutes. */
function appToken({ github_app_id: issuer, github_app_private_key: key = "" }: Credentials): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const head = `${encode({ alg: "RS256", typ: "JWT" })}.${encode({ iat: now - 60, exp: now + 540, iss: String(issuer) })}`;
  return `${head}.${createSign("RSA-SHA256").update(head).sign(key, "base64url")}`;
}
