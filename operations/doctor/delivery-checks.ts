import type { Config } from "../../modules/config/schema";
import { deliveryRepository, deliveryServer } from "../../modules/bootstrap/token-trust";
import { githubHosts } from "../../modules/facts/github-hosts";
import { UserError } from "../../modules/user-error";
import { ok, problem, unchecked, type Finding } from "../findings";
import { guarded } from "./guarded";
import { ask } from "./github-checks";

type Delivered = Config & { readonly delivery: NonNullable<Config["delivery"]> };
const isDelivered = (config: Config): config is Delivered => config.delivery !== undefined;
const WITHOUT = "set GH_TOKEN (gh auth token) to a token that may read the repository";

/** A person's token for GitHub, as `gh` takes it too. */
export const githubToken = (env: NodeJS.ProcessEnv = process.env): string | undefined => [env.GH_TOKEN, env.GITHUB_TOKEN].find((token) => token !== undefined && token !== "");
const apiOf = (config: Delivered): string => githubHosts(deliveryServer(config)).api;

/** What `delivery.repository` is with GitHub's numbers of owner and repository. @throws UserError if GitHub does not tell. */
export async function repositoryWithIds(config: Config, token: string | undefined, api?: string): Promise<string> {
  if (!isDelivered(config)) throw new UserError("delivery: nothing there; {repository: owner/name} says of which repository the ids are");
  const repository = deliveryRepository(config.delivery).plain;
  const url = `${api ?? apiOf(config)}/repos/${repository}`;
  const { status, body } = await ask(url, token);
  const { id, owner } = (body ?? {}) as { id?: number; owner?: { id?: number } };
  if (status !== 200 || id === undefined || owner?.id === undefined) {
    throw new UserError(`GitHub answers ${status} to ${url}: ${token === undefined ? WITHOUT : `the token may not read ${repository}, or there is no such repository`}`);
  }
  const [ownerName, name] = repository.split("/");
  return `${ownerName}@${owner.id}/${name}@${id}`;
}

/** What stands between a merge and a deploy: the ids that the roles trust, the environment's reviewers and its branch. */
export async function deliveryChecks(config: Config, token: string | undefined, api?: string): Promise<Finding[]> {
  if (!isDelivered(config)) return [];
  const { environment } = config.delivery;
  if (token === undefined) return [unchecked(`environment ${environment}`, WITHOUT), unchecked("ids of the repository", WITHOUT)];
  const base = api ?? apiOf(config);
  return (
    await Promise.all([
      guarded("ids of the repository", () => ids(config, token, base)),
      guarded(`environment ${environment}`, () => environmentRules(config, token, base)),
    ])
  ).flat();
}

async function ids(config: Delivered, token: string, api: string): Promise<Finding[]> {
  const subject = "ids of the repository";
  const wanted = await repositoryWithIds(config, token, api);
  const { repository } = config.delivery;
  if (repository === wanted) return [ok(subject, wanted)];
  return deliveryRepository(config.delivery).ids === undefined
    ? [problem(subject, `tokens of a repository made, renamed or moved since 15 July 2026 name them: write delivery.repository: ${wanted}, and apply bootstrap again`)]
    : [problem(subject, `GitHub says ${wanted}, the configuration ${repository}: the roles would be another repository's`)];
}

interface Environment {
  readonly protection_rules?: readonly { readonly type: string; readonly reviewers?: readonly unknown[] }[];
  readonly deployment_branch_policy?: { readonly protected_branches: boolean; readonly custom_branch_policies: boolean } | null;
}

async function environmentRules(config: Delivered, token: string, api: string): Promise<Finding[]> {
  const { environment, branch } = config.delivery;
  const repository = deliveryRepository(config.delivery).plain;
  const subject = `environment ${environment}`;
  const url = `${api}/repos/${repository}/environments/${encodeURIComponent(environment)}`;
  const { status, body } = await ask(url, token);
  if (status === 404) return [problem(subject, `${repository} has no such environment, or the token may not see it: make it, with reviewers and ${branch} as its branch`)];
  if (status !== 200) return [unchecked(subject, `GitHub answers ${status} to ${url}`)];
  const { protection_rules = [], deployment_branch_policy: policy } = body as Environment;
  const reviewed = protection_rules.some(({ type, reviewers = [] }) => type === "required_reviewers" && reviewers.length > 0);
  return [
    reviewed ? ok(subject, "has reviewers") : problem(subject, "has no required reviewers: nobody is asked before a deploy"),
    ...(await branchRule(policy, subject, branch, `${url}/deployment-branch-policies`, token)),
  ];
}

async function branchRule(policy: Environment["deployment_branch_policy"], subject: string, branch: string, url: string, token: string): Promise<Finding[]> {
  if (!policy) return [problem(subject, `takes jobs of every branch: allow ${branch} only`)];
  if (policy.protected_branches) return [ok(subject, "takes jobs of protected branches only")];
  const { status, body } = await ask(url, token);
  if (status !== 200) return [unchecked(subject, `GitHub answers ${status} to ${url}`)];
  const names = ((body as { branch_policies?: readonly { name: string }[] }).branch_policies ?? []).map(({ name }) => name);
  const others = names.filter((name) => name !== branch);
  if (others.length > 0) return [problem(subject, `takes jobs of ${others.join(", ")} too: allow ${branch} only`)];
  return names.length === 0 ? [problem(subject, `takes jobs of no branch: allow ${branch}`)] : [ok(subject, `takes jobs of ${branch} only`)];
}
