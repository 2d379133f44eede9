import type { FleetConfig } from "../config/fleet";
import type { GithubConfig } from "../config/github";
import type { Config } from "../config/schema";

/** ConfigMap with the private certificate authority of a GitHub Enterprise Server, in each fleet's namespace. */
export const SERVER_CERTIFICATE_MAP = "github-server-certificate";
export const SERVER_CERTIFICATE_FILE = "github.crt";

/** GitHub's settings of a fleet: its own, or the installation's. */
export const githubOf = ({ github }: Pick<Config, "github">, fleet: Pick<FleetConfig, "github">): GithubConfig => fleet.github ?? github;

/** All of GitHub's settings, each once: the installation's first. */
export const allGithubs = ({ github, fleets }: Pick<Config, "github" | "fleets">): GithubConfig[] => [
  github,
  ...fleets.flatMap((fleet) => fleet.github ?? []),
];

/** Where runners register: GitHub's URL of the organisation, repository or enterprise. */
export function githubUrl({ organization, repository, enterprise, server }: Omit<GithubConfig, "secret" | "secretRevision">): string {
  const host = server?.url ?? "https://github.com";
  return enterprise === undefined ? `${host}/${organization ?? repository}` : `${host}/enterprises/${enterprise}`;
}
