import type { Config } from "../config/schema";

/** ConfigMap with the private certificate authority of a GitHub Enterprise Server, in each fleet's namespace. */
export const SERVER_CERTIFICATE_MAP = "github-server-certificate";
export const SERVER_CERTIFICATE_FILE = "github.crt";

/** Where runners register: GitHub's URL of the organisation, repository or enterprise. */
export function githubUrl({ organization, repository, enterprise, server }: Config["github"]): string {
  const host = server?.url ?? "https://github.com";
  return enterprise === undefined ? `${host}/${organization ?? repository}` : `${host}/enterprises/${enterprise}`;
}
