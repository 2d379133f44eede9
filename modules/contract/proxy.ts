import type { Config } from "../config/schema";

/** Hosts that are never reached through the proxy: the cluster itself and the metadata service. */
const alwaysDirect = (config: Config): string[] => [
  "localhost",
  "127.0.0.1",
  "169.254.169.254",
  ".svc",
  ".cluster.local",
  ...(config.cluster.mode === "new" ? [config.cluster.serviceCidr] : []),
  ...(config.network.mode === "new" ? [config.network.cidr] : []),
];

export const noProxy = (config: Config): string[] => [...alwaysDirect(config), ...(config.proxy?.noProxy ?? [])];

/** Environment of a container that goes out through the proxy; empty without one. */
export function proxyEnvironment(config: Config): { name: string; value: string }[] {
  const { proxy } = config;
  if (!proxy) return [];
  return [
    ...(proxy.http === undefined ? [] : [{ name: "HTTP_PROXY", value: proxy.http }]),
    ...(proxy.https === undefined ? [] : [{ name: "HTTPS_PROXY", value: proxy.https }]),
    { name: "NO_PROXY", value: noProxy(config).join(",") },
  ];
}
