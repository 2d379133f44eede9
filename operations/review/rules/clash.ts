import type { Changed } from "../changes";
import { subjectOf } from "../meaning/meaning";
import { at } from "../plan-json";
import type { Flag, Rule } from "./rule";

/** By which attribute a kind of AWS object is known there, where it is not `name`. */
const KNOWN_BY: Readonly<Record<string, readonly string[]>> = {
  aws_eks_node_group: ["cluster_name", "node_group_name"],
  aws_eks_access_entry: ["cluster_name", "principal_arn"],
  aws_eks_addon: ["cluster_name", "addon_name"],
  aws_eks_pod_identity_association: ["cluster_name", "namespace", "service_account"],
  aws_iam_role_policy: ["role", "name"],
  aws_iam_role_policy_attachment: ["role", "policy_arn"],
};

/** What one object is known by to Helm, Kubernetes or AWS; nothing where no two can clash or it is not known yet. */
export function identityOf(type: string, side: unknown): string | undefined {
  const parts = ((): unknown[] => {
    if (type === "helm_release") return [at(side, "namespace") ?? "default", at(side, "name")];
    if (type === "kubernetes_manifest") {
      const [manifest, metadata] = [at(side, "manifest"), at(side, "manifest", "metadata")];
      return [at(manifest, "apiVersion"), at(manifest, "kind"), at(metadata, "namespace") ?? "", at(metadata, "name")];
    }
    if (type.startsWith("kubernetes_")) return [at(side, "metadata", 0, "namespace") ?? "", at(side, "metadata", 0, "name")];
    return (KNOWN_BY[type] ?? ["name"]).map((key) => at(side, key));
  })();
  return parts.every((part) => typeof part === "string") ? `${type} ${parts.join("/")}` : undefined;
}

const RUNNER_SET = "chart gha-runner-scale-set";
const NAMES: Readonly<Record<string, string>> = { helm_release: "Helm release" };

/**
 * One object that is destroyed under one address and made under another. Terraform sees two objects and does both at
 * once: either the new one is refused, or the old one's end takes the new one away.
 */
export const clash: Rule = (changes) => {
  const old = new Map<string, Changed>();
  for (const changed of changes) {
    const identity = ["destroy", "replace"].includes(changed.kind) ? identityOf(changed.type, changed.change.before) : undefined;
    if (identity !== undefined) old.set(identity, changed);
  }
  return changes.flatMap((changed): Flag[] => {
    const identity = ["add", "replace"].includes(changed.kind) ? identityOf(changed.type, changed.change.after) : undefined;
    const before = identity === undefined ? undefined : old.get(identity);
    if (!before || before.address === changed.address) return [];
    const name = identity!.slice(changed.type.length + 1).replace(/^\//, "");
    return [
      {
        title: "Destroyed and made at once",
        what: `${NAMES[changed.type] ?? changed.type} ${name} is destroyed as ${before.address} and made under this address in one apply`,
        means: {
          ...(subjectOf(changed) === RUNNER_SET ? { jobs: "new jobs of it queue until another apply makes it" } : {}),
          data: "the new one is refused, or goes with the old one and what it holds is lost",
        },
        advice: "Take the old one away in an apply of its own, or keep its place",
        address: changed.address,
      },
    ];
  });
};
