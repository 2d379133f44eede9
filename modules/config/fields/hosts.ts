import { z } from "zod";
import { text } from "./text";

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Whether a text is `host` or `host:port`: a DNS name or an IPv4 address, and a port from 1 to 65535. */
export function isHost(value: string): boolean {
  const [, host = "", port] = /^([^:]+)(?::([0-9]{1,5}))?$/.exec(value) ?? [];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) return false;
  const labels = host.split(".");
  const isAddress = labels.every((label) => /^[0-9]+$/.test(label));
  if (isAddress) return labels.length === 4 && labels.every((label) => Number(label) <= 255);
  return host.length <= 253 && labels.every((label) => LABEL.test(label));
}

/** Path of a repository, as the OCI distribution specification has it. */
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

const isRegistry = (value: string): boolean => {
  const slash = value.indexOf("/");
  const host = slash < 0 ? value : value.slice(0, slash);
  return host === host.toLowerCase() && isHost(host) && (slash < 0 || REPOSITORY.test(value.slice(slash + 1)));
};

/** Host of a registry, such as `docker.io`, without scheme and path. */
export const registryHost = () =>
  z.string().refine((value) => value === value.toLowerCase() && isHost(value), {
    error: "a registry host such as docker.io, without https:// and without a path",
  });

/** A registry with a path if there is one: `registry.acme.example:5000/mirror`. */
export const registry = () =>
  z.string({ error: REGISTRY_ALLOWED }).refine(isRegistry, { error: REGISTRY_ALLOWED });
const REGISTRY_ALLOWED =
  "a registry such as registry.acme.example:5000/mirror: host, port and path in lower case, without oci:// or https://";

/** Reference of an image: the grammar of the distribution project, with its registry, tag and digest if there are any. */
export const imageReference = () =>
  z.string({ error: IMAGE_ALLOWED }).refine(
    (value) => {
      const [, name = "", tag, digest] = /^(.+?)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(value) ?? [];
      // A port is a tag to the expression above, and belongs to the name where a path follows.
      if (tag === undefined && digest === undefined && /[:@]/.test(name.split("/").at(-1)!)) return false;
      const [first = "", ...path] = name.split("/");
      const hasHost = path.length > 0 && (/[.:]/.test(first) || first === "localhost");
      return hasHost ? isHost(first) && REPOSITORY.test(path.join("/")) : REPOSITORY.test(name);
    },
    { error: IMAGE_ALLOWED },
  );
const IMAGE_ALLOWED = "an image such as ghcr.io/actions/actions-runner:2.338.0, without https:// and spaces";

const urlOf = (value: string): URL | undefined => (URL.canParse(value) ? new URL(value) : undefined);

/** A URL of a server: scheme, host and port, and nothing behind. */
const isServerUrl = (value: string, schemes: readonly string[]): boolean => {
  const url = urlOf(value);
  const [, authority = ""] = /^[a-z]+:\/\/([^/]*)\/?$/.exec(value) ?? [];
  return url !== undefined && schemes.includes(url.protocol) && isHost(authority);
};

/** `https://host[:port]`. */
export const httpsServer = (allowed: string) => z.string({ error: allowed }).refine((value) => isServerUrl(value, ["https:"]), { error: allowed });

/** A host, with a port if it has one, and nothing else. */
export const hostOnly = (allowed: string) => z.string({ error: allowed }).refine((value) => value === value.toLowerCase() && isHost(value), { error: allowed });

/**
 * Address of a server of states, without what comes after it. What it holds must not be read on the way: only on this
 * machine may it be without TLS.
 */
export const stateAddress = () =>
  z.string({ error: ADDRESS_ALLOWED }).refine(
    (value) => {
      const [, scheme, authority = "", path = ""] = /^(https?):\/\/([^/]*)(\/[A-Za-z0-9._~%@:/-]*)?$/.exec(value) ?? [];
      const isHere = /^(localhost|127\.0\.0\.1)(:|$)/.test(authority);
      return (scheme === "https" || (scheme === "http" && isHere)) && isHost(authority) && !path.endsWith("/");
    },
    { error: ({ input }) => (/^[a-z]+:\/\/[^/]*@/.test(String(input)) ? ADDRESS_CREDENTIALS : ADDRESS_ALLOWED) },
  );
const ADDRESS_ALLOWED =
  "an https:// address without a slash at its end and without a query, such as https://gitlab.acme.example/api/v4/projects/42/terraform/state";
const ADDRESS_CREDENTIALS = "the address without user and password, which would be in this file, in plans and in states: TF_HTTP_USERNAME and TF_HTTP_PASSWORD have them";

/** URL of a proxy. Credentials are refused: they would be in states, plans and pods. */
export const proxyUrl = () =>
  z.string({ error: PROXY_ALLOWED }).refine((value) => isServerUrl(value, ["http:", "https:"]), {
    error: ({ input }) => (/^[a-z]+:\/\/[^/]*@/.test(String(input)) ? PROXY_CREDENTIALS : PROXY_ALLOWED),
  });
const PROXY_ALLOWED = "the URL of a proxy, such as http://proxy.example:3128";
const PROXY_CREDENTIALS =
  "the URL without user and password, which would be in state, plans and pods: put them into a secret and name it in proxy.secret";

/** A host, a domain with a leading dot, or a range, as NO_PROXY has them. */
export const directHost = () =>
  text("a host, a domain such as .acme.example, or a range such as 10.1.0.0/16", /^(\*\.|\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5}|\/[0-9]{1,2})?$/);
