import { atLeast, type FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";

/** Secret with the proxy's credentials, in each namespace whose pods go through it. */
export const PROXY_SECRET = "proxy-credentials";

type Proxy = NonNullable<Config["proxy"]>;
type WithProxy = Pick<Config, "proxy" | "cluster" | "network">;

/** Hosts that are never reached through the proxy: the cluster itself and the metadata service. */
const alwaysDirect = (config: WithProxy): string[] => [
  "localhost",
  "127.0.0.1",
  "169.254.169.254",
  // Pod Identity hands out credentials there.
  "169.254.170.23",
  ".svc",
  ".cluster.local",
  ...(config.cluster.mode === "new" ? [config.cluster.serviceCidr] : []),
  ...(config.network.mode === "new" ? [config.network.cidr] : []),
];

export const noProxy = (config: WithProxy): string[] => [...alwaysDirect(config), ...(config.proxy?.noProxy ?? [])];

/** Whether ranges of a VPC or a cluster that exist must be looked up, so that they are not reached through the proxy. */
export const looksRangesUp = ({ proxy, cluster, network }: WithProxy): boolean =>
  proxy !== undefined && (cluster.mode === "existing" || network.mode === "existing");

/** The configuration with ranges that Terraform looks up among those that are reached directly. */
export const withDirectRanges = (config: Config, ranges: string): Config =>
  config.proxy === undefined ? config : { ...config, proxy: { ...config.proxy, noProxy: [...config.proxy.noProxy, ranges] } };

/** The two proxies by the names of their variables. */
const proxies = ({ http, https }: Proxy) =>
  [["HTTP_PROXY", http], ["HTTPS_PROXY", https]].filter((pair): pair is [string, string] => pair[1] !== undefined);

/** Key of a proxy's URL with credentials in the secret. */
const secretKey = (variable: string) => variable.toLowerCase();

/** Variables that say where the proxy is, in both ways in which programs look for them. */
export const PROXY_VARIABLES: readonly string[] = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

/**
 * Environment of a container that goes out through the proxy; empty without one. It is the same for every consumer; where
 * the proxy wants credentials, its URL comes from a secret.
 */
export function proxyEnvironment(config: WithProxy): EnvironmentVariable[] {
  const { proxy } = config;
  if (!proxy) return [];
  return [
    ...proxies(proxy).map(([name, value]) =>
      proxy.secret === undefined ? { name, value } : { name, valueFrom: { secretKeyRef: { name: PROXY_SECRET, key: secretKey(name) } } },
    ),
    { name: "NO_PROXY", value: noProxy(config).join(",") },
  ];
}

/** Whether pipelines go through the proxy, as they must where nothing else leads out. */
const reachesPipelines = ({ proxy, network }: WithProxy): boolean => proxy?.pipelines ?? !(network.mode === "new" && network.nat !== "none");

/**
 * The same for an engine. What it has in capitals it hands on to every container of a pipeline, in both spellings
 * (`setProxyEnvs` in engine/engineutil/executor_spec.go); what it has in small letters only it uses itself, and its git since
 * Dagger 0.18.
 */
export function engineProxyEnvironment(config: WithProxy, { dagger }: Pick<FleetConfig, "dagger">): EnvironmentVariable[] {
  const handedOn = reachesPipelines(config) || !atLeast(dagger, "0.18.14");
  return proxyEnvironment(config).map((variable) => (handedOn ? variable : { ...variable, name: variable.name.toLowerCase() }));
}

/** The keys of the secret, as Terraform's expressions of the AWS secret's content: the credentials, and each URL with them. */
export function proxySecretData(proxy: Proxy, json: string): string {
  const urls = proxies(proxy).map(([name, value]) => {
    const { protocol, host } = new URL(value);
    return `"${secretKey(name)}" = format("${protocol}//%s:%s@${host}", urlencode(${json}.username), urlencode(${json}.password))`;
  });
  return `{ "username" = ${json}.username, "password" = ${json}.password, ${urls.join(", ")} }`;
}

/** The proxy of a scale set: its listener's, its runners', and the controller's when it acts for the set. */
export function scaleSetProxy(config: WithProxy, proxy: Proxy) {
  const credentials = proxy.secret === undefined ? {} : { credentialSecretRef: PROXY_SECRET };
  return {
    ...(proxy.http === undefined ? {} : { http: { url: proxy.http, ...credentials } }),
    ...(proxy.https === undefined ? {} : { https: { url: proxy.https, ...credentials } }),
    noProxy: noProxy(config),
  };
}
