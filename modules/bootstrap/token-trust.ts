import type { Config } from "../config/schema";
import type { BootstrapConfig } from "./config";
import { GITHUB_COM, githubHosts } from "../facts/github-hosts";

/** Conditions of a trust policy on the token of a workflow run. */
export type TokenConditions = Record<string, Record<string, string | readonly string[]>>;
/** The workflow whose jobs deploy; the trust of the deploy role names it. */
export const DEPLOY_WORKFLOW = ".github/workflows/deploy-stack.yml";

/** The GitHub that the delivering repository is on: `delivery.server`, else that of the runners, else github.com. */
export const deliveryServer = ({ delivery, github }: Pick<Config, "delivery" | "github">): string =>
  delivery?.server ?? github.server?.url ?? GITHUB_COM;

interface Repository {
  /** `owner/name`, as in addresses. */
  readonly plain: string;
  /** GitHub's numbers of both, where the configuration names them: `owner@1234/name@5678`. */
  readonly ids?: { readonly owner: string; readonly repository: string };
}

/** Takes `delivery.repository` apart. */
export function deliveryRepository({ repository }: Pick<NonNullable<Config["delivery"]>, "repository">): Repository {
  const [, owner, repositoryId] = /^[^@]+@([0-9]+)\/[^@]+@([0-9]+)$/.exec(repository) ?? [];
  const plain = repository.replace(/@[0-9]+/g, "");
  return owner === undefined ? { plain } : { plain, ids: { owner, repository: repositoryId! } };
}

/**
 * What the tokens of plans and of deploys must say. Tokens of repositories made, renamed or moved since 15 July 2026 name
 * owner and repository with their ids, others without: with the ids in the configuration both exact forms are trusted,
 * and whoever takes the name of a repository that is gone has other ids.
 */
export function tokenTrust(config: BootstrapConfig, partition: string): { readonly issuer: string; readonly plan: TokenConditions; readonly deploy: TokenConditions } {
  const { repository, branch, environment } = config.delivery;
  const { plain, ids } = deliveryRepository(config.delivery);
  const server = deliveryServer(config);
  const { issuer } = githubHosts(server);
  const forms = [...new Set([plain, repository])];
  const subjects = (...whats: readonly string[]) => whats.flatMap((what) => forms.map((form) => `repo:${form}:${what}`));
  // AWS reads more than subject and audience in tokens of github.com only, and says so of its commercial regions.
  const readsClaims = server === GITHUB_COM && partition === "aws";
  const conditions = (sub: readonly string[], claims: Record<string, string>): TokenConditions => ({
    StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: sub, ...(readsClaims ? claims : {}) },
    // An organisation that is renamed into a name that became free may bring a repository with the old form.
    ...(readsClaims && ids ? { StringEqualsIfExists: { [`${issuer}:repository_id`]: ids.repository } } : {}),
  });
  return {
    issuer,
    plan: conditions(subjects("pull_request", `ref:refs/heads/${branch}`), {}),
    deploy: conditions(subjects(`environment:${environment}`), {
      [`${issuer}:job_workflow_ref`]: `${plain}/${DEPLOY_WORKFLOW}@refs/heads/${branch}`,
    }),
  };
}
