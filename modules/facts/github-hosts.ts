/** Where a GitHub is, by the address of its web pages. */
export interface GithubHosts {
  /** REST API. */
  readonly api: string;
  /** Host, and path if any, of the tokens that workflows get: the issuer without `https://`, as IAM names it. */
  readonly issuer: string;
}

/** The address of GitHub's own service. */
export const GITHUB_COM = "https://github.com";

/**
 * The hosts of github.com, of a subdomain of ghe.com (Enterprise Cloud with data residency), or of an Enterprise Server.
 * From GitHub's documentation of each: the OpenID Connect reference, and "About GitHub Enterprise Cloud with data residency".
 */
export function githubHosts(url: string = GITHUB_COM): GithubHosts {
  const host = url.replace(/^https:\/\//, "").replace(/\/$/, "");
  if (host === "github.com") return { api: "https://api.github.com", issuer: "token.actions.githubusercontent.com" };
  if (host.endsWith(".ghe.com")) return { api: `https://api.${host}`, issuer: `token.actions.${host}` };
  return { api: `https://${host}/api/v3`, issuer: `${host}/_services/token` };
}
