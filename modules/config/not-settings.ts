import { pathText } from "./problems";

/** Keys whose values are secrets, wherever somebody writes them: they are not shown. */
export const isSecretKey = (key: string): boolean => /password|token$|secretKey|accessKey|clientSecret|privateKey|credentials$|encryptionKey/i.test(key);

/** Settings that people look for and that cannot be, by where they write them, with the reason. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /^fleets\[\d+\](\.runners\[\d+\]|\.nodes|\.engine)\.(gpu|gpus)$/,
    "nothing: no GPUs. Pipelines run in the node's one engine, which a GPU of a runner pod does not reach, and Dagger's own support of GPUs is experimental",
  ],
  [/^(cluster|network)\.(ipFamily|ipv6|ipV6|ipv6Cidr)$/, "nothing: clusters are IPv4. Dagger's engine gives its containers IPv4 addresses only, and EKS never changes the family of a cluster"],
  [/^cluster\.(autoMode|computeConfig|compute)$/, "nothing: no EKS Auto Mode. It ends every node after 21 days at most, takes no AMI or user data, and says nowhere where its disks are mounted"],
  [/^fleets\[\d+\]\.nodes\.(os|operatingSystem)$/, "nothing: Linux only. Dagger's engine and the socket by which jobs reach it are for Linux"],
  [/^fleets\[\d+\]\.nodes\.amiFamily$/, "nothing: Amazon Linux 2023 only, whose array of disks is where the engine's cache is"],
  [
    /^(addons\.karpenter|cluster|cluster\.addons\.[a-z-]+)\.(identity|irsa|oidcProvider\w*|serviceAccountRoleArn)$/,
    "nothing: roles go to service accounts by EKS Pod Identity, for which the cluster has the add-on eks-pod-identity-agent; not by IRSA",
  ],
  [/^cluster\.addons\.[a-z-]+\.(env|configurationValues)$/, "configuration: {env: {…}}, as the add-on itself has it; for prefixes prefixDelegation: true"],
  [/^fleets\[\d+\](\.runners\[\d+\]|\.engine)\.env$/, "environment: {NAME: value}; for a collector of traces, telemetry"],
  [/^images\.(pullSecrets?|imagePullSecrets?)$/, "credentials: {registry.acme.example: name of a secret in AWS Secrets Manager}"],
  [/^fleets\[\d+\]\.runners\[\d+\]\.(pullSecrets?|imagePullSecrets?)$/, "images.credentials, for all pods"],
  [/^fleets\[\d+\]\.runners\[\d+\]\.(serviceAccountName)$/, "serviceAccount: {mode: existing, name: …}"],
  [/^fleets\[\d+\]\.runners\[\d+\]\.(annotations)$/, "podAnnotations, and podLabels"],
  [/^(assume_role|role|roleArn|awsRole)$/, "assumeRole: {roleArn: …}, which Terraform, get-token and the commands take alike"],
  [
    /^state\.(username|password|token|credentials|accessToken|encryptionKey|accessKey|sasToken|clientId|clientSecret|secretKey|clientPrivateKeyPem)$/,
    "nothing: credentials of the states' place come from the environment, whose variables docs/settings.md names, never from this file",
  ],
  [/^state\.(workspaces|workspace|tags)$/, "workspacePrefix: each stack has a workspace of its own by its name, which is what other stacks read it by"],
  [/^state\.(lockAddress|unlockAddress)$/, "lockPath: what comes after each state's own address"],
  [/^iam$/, "cluster.permissionsBoundary and cluster.iamPath"],
  [/^fleets\[\d+\]\.nodes\.capacityReservationIds$/, "capacityReservations: {ids: […]}; with mode: persistent capacityReservationId"],
  [/^fleets\[\d+\]\.nodes\.userData\.nodeConfig\.(apiVersion|kind|metadata|spec)$/, "nothing: nodeConfig is the spec alone, such as {kubelet: {config: {…}}}"],
  [/^fleets\[\d+\]\.nodes\.userData\.nodeConfig\.cluster$/, "nothing: the node's cluster is told by Karpenter, EKS or the stack"],
  [/^fleets\[\d+\]\.nodes\.userData\.nodeConfig\.instance\.localStorage$/, "nothing: the array of disks is where the engine's cache is"],
  [/^fleets\[\d+\]\.nodes\.userData\.nodeConfig\.kubelet\.maxPodsExpression$/, "nodes.maxPods, so that placement and Karpenter reckon with it"],
  [/^fleets\[\d+\]\.nodes\.userData\.nodeConfig\.featureGates\.InstanceIdNodeName$/, "nothing: the node would have another name than its access entry allows, and not join"],
];

/** Why there is no setting at a path, or which one is meant; undefined where nobody asked for it yet. */
export function whyNoSetting(path: readonly (string | number)[]): string | undefined {
  const text = pathText(path);
  return REASONS.find(([pattern]) => pattern.test(text))?.[1];
}
