import type { Path, Rule, ToldRule } from "./rule";

/** Nodes are in the cluster's VPC: an existing cluster has one. */
const clusterInItsVpc: Rule = ({ network, cluster }, { clean, refuse }) => {
  if (!clean("network", "mode") || !clean("cluster", "mode")) return;
  if (cluster.mode === "existing" && network.mode === "new") {
    refuse(["network", "mode"], network.mode, "existing, with the ids of the VPC that cluster.name is in: its nodes can be in no other");
  }
};

/** EKS has one access entry for each principal, and somebody must get in. */
const access: Rule = ({ cluster }, { clean, refuse }) => {
  if (!clean("cluster") || cluster.mode !== "new") return;
  const seen = new Map<string, string>();
  for (const list of ["admins", "viewers"] as const) {
    cluster[list].forEach((principal, i) => {
      const first = seen.get(principal);
      if (first !== undefined) refuse(["cluster", list, i], principal, `each principal once: ${first} has it already, and EKS takes one entry for each`);
      else seen.set(principal, `cluster.${list}[${i}]`);
    });
  }
  if (!cluster.creatorIsAdmin && cluster.admins.length === 0) {
    refuse(["cluster", "admins"], cluster.admins, "one role or user at least: without creatorIsAdmin nobody could reach the cluster");
  }
};

const NEEDED: Readonly<Record<string, string>> = {
  "vpc-cni": "support nodes would have no network and never be ready. A cluster with another network: make it apart, and use cluster.mode: existing",
  "kube-proxy": "controllers would not reach the Kubernetes API. A cluster without it: make it apart, and use cluster.mode: existing",
  coredns: "controllers would resolve no name",
  "eks-pod-identity-agent": "Karpenter, vpc-cni and the EBS driver would have no credentials",
};

/** What a new cluster needs before its support nodes and controllers can be ready, in the same apply. */
const neededAddons: Rule = ({ cluster }, { clean, refuse }) => {
  if (!clean("cluster") || cluster.mode !== "new") return;
  for (const [name, why] of Object.entries(NEEDED)) {
    if (!cluster.addons[name as keyof typeof cluster.addons]) refuse(["cluster", "addons", name], false, `true in a new cluster: ${why}`);
  }
};

/** A taint that a toleration asks for: one that must exist has no value to compare. */
const tolerations: Rule = ({ cluster }, { clean, refuse }) => {
  if (!clean("cluster") || cluster.mode !== "existing") return;
  cluster.supportNodes.tolerations.forEach(({ operator, value }, i) => {
    const path: Path = ["cluster", "supportNodes", "tolerations", i, "value"];
    if (operator === "Exists" && value !== undefined && value !== "") refuse(path, value, "nothing, or operator: Equal, which compares values");
  });
};

export const clusterRules: readonly ToldRule[] = [
  { check: clusterInItsVpc, says: ["An existing cluster comes with its existing VPC."] },
  { check: access, says: ["Each principal stands once in `cluster.admins` and `cluster.viewers`, and without `creatorIsAdmin` there is an admin."] },
  { check: neededAddons, says: ["A new cluster has vpc-cni, kube-proxy, coredns and eks-pod-identity-agent."] },
  { check: tolerations, says: ["A toleration with `operator: Exists` has no value."] },
];
