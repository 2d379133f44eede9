import type { NodesConfig } from "../config/nodes";
import type { Config } from "../config/schema";
import { noProxy } from "./proxy";

type WithProxy = Pick<Config, "proxy" | "cluster" | "network" | "region">;

/** A part of user data: its kind, and its text. */
export interface UserDataPart {
  readonly type: "application/node.eks.aws" | "text/x-shellscript";
  readonly text: string;
}

/** User data of several parts, as nodeadm and cloud-init read it; EKS and Karpenter merge their own into it. */
export const userData = (parts: readonly UserDataPart[]): string =>
  [
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="part"',
    "",
    ...parts.flatMap(({ type, text }) => ["--part", `Content-Type: ${type}`, "", ...text.split("\n"), ""]),
    "--part--",
    "",
  ].join("\n");

/** A NodeConfig with this spec. nodeadm merges all that it finds, and takes what comes later over what came before. JSON is YAML. */
export const nodeConfigPart = (spec: object): UserDataPart => ({
  type: "application/node.eks.aws",
  text: JSON.stringify({ apiVersion: "node.eks.aws/v1alpha1", kind: "NodeConfig", spec }, null, 2),
});

/** What the configuration itself tells nodes of a fleet. What Karpenter or EKS tell them comes after it. */
export const ownParts = ({ userData }: Pick<NodesConfig, "userData">): readonly UserDataPart[] => [
  ...(userData?.nodeConfig === undefined ? [] : [nodeConfigPart(userData.nodeConfig)]),
  ...(userData?.script === undefined ? [] : [{ type: "text/x-shellscript" as const, text: userData.script }]),
];

/**
 * Layers of an image are pulled and unpacked all at once. nodeadm leaves it by itself on nodes with less than 4 vCPUs or 7 GiB
 * (`UseSOCISnapshotter` in its containerd/config.go).
 */
export const fastPullPart = (on: boolean): readonly UserDataPart[] => (on ? [nodeConfigPart({ featureGates: { FastImagePull: true } })] : []);

/** What a node reaches directly besides: AWS's own services by their endpoints, where it finds its images and itself. */
const AWS_DIRECT = (region: string) => [`.${region}.amazonaws.com`, `.${region}.amazonaws.com.cn`, `.${region}.eks.amazonaws.com`];

/**
 * The proxy of a node: images are pulled through it, and kubelet asks for ECR's passwords. Not where it wants credentials:
 * user data can be read by every pod that reaches the metadata service, and by whoever may describe instances.
 *
 * @param inParallel whether the node pulls images in parallel, which another program than containerd then does
 */
export function proxyPart(config: WithProxy, { inParallel = false } = {}): readonly UserDataPart[] {
  const { proxy, region } = config;
  if (proxy === undefined || proxy.secret !== undefined) return [];
  const variables = [
    ...(proxy.http === undefined ? [] : [`HTTP_PROXY=${proxy.http}`]),
    ...(proxy.https === undefined ? [] : [`HTTPS_PROXY=${proxy.https}`]),
    `NO_PROXY=${[...noProxy(config), ...AWS_DIRECT(region)].join(",")}`,
  ];
  const text = [
    "#!/bin/bash",
    "set -eu",
    // nodeadm starts them after this: what they read must be there by then. The third pulls where images are pulled in parallel.
    `for unit in containerd kubelet${inParallel ? " soci-snapshotter" : ""}; do`,
    "  mkdir -p /etc/systemd/system/$unit.service.d",
    "  cat > /etc/systemd/system/$unit.service.d/http-proxy.conf <<'END'",
    "[Service]",
    ...variables.map((variable) => `Environment="${variable}"`),
    "END",
    "done",
    "systemctl daemon-reload",
  ].join("\n");
  return [{ type: "text/x-shellscript", text }];
}
