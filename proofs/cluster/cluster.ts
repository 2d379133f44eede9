import { SUPPORT_LABEL, SUPPORT_TAINT } from "../../modules/contract/support-contract";
import type { Account } from "./objects";
import { apply, kubectl, start } from "./rig";

/** A cluster that `up` started, as the stacks and the proofs need to know it. */
export interface Cluster extends Account {
  readonly name: string;
  /** ARN of the role of runner nodes. */
  readonly role: string;
  readonly access: Access;
  /** A stand-in for GitHub, where there is one: where it is, and the file of its certificate authority. */
  readonly github?: { readonly url: string; readonly authority: string };
}

/** How to reach the API server. */
interface Access {
  readonly server: string;
  /** Base64, as EKS gives it. */
  readonly authority: string;
  readonly token: string;
}

const resources = { cpu: "16", memory: "64Gi", "ephemeral-storage": "100Gi", pods: "110" };
const supportNode = (name: string) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: {
    name,
    labels: { [SUPPORT_LABEL.key]: SUPPORT_LABEL.value, "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "topology.kubernetes.io/zone": "eu-west-1a" },
    annotations: { "kwok.x-k8s.io/node": "fake" },
  },
  spec: { taints: [SUPPORT_TAINT] },
  status: { capacity: resources, allocatable: resources },
});

/** What the Prometheus operator brings, as far as an object of it needs. */
const monitoringKind = (kind: string) => {
  const plural = `${kind.toLowerCase()}s`;
  const spec = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec } } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.monitoring.coreos.com` },
    spec: { group: "monitoring.coreos.com", scope: "Namespaced", names: { kind, plural }, versions: [{ name: "v1", served: true, storage: true, schema }] },
  };
};

/** Starts a cluster with two support nodes and Prometheus' kinds, in an account that has an EKS cluster of that name. */
export async function startCluster(directory: string, name: string, environment: NodeJS.ProcessEnv = {}): Promise<Cluster> {
  const account = await start<Account & Pick<Cluster, "role" | "github">>(directory, [name], environment);
  await apply(...["support-1", "support-2"].map(supportNode), ...["ServiceMonitor", "PodMonitor", "PrometheusRule"].map(monitoringKind));
  return { ...account, name, access: await access() };
}

async function access(): Promise<Access> {
  const { clusters, users } = JSON.parse(await kubectl(["config", "view", "--raw", "--flatten", "--minify", "-o", "json"])) as {
    clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
    users: [{ user: { token: string } }];
  };
  const { server, "certificate-authority-data": authority } = clusters[0].cluster;
  return { server, authority, token: users[0].user.token };
}
