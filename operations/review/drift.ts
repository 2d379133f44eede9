import type { Changed } from "./changes";
import { attributeChanges } from "./diff";
import type { PlanJson } from "./plan-json";

/** What AWS, EKS and Helm move by themselves: nobody did it, and no apply sets it back. */
const OWN: Readonly<Record<string, RegExp>> = {
  aws_eks_cluster: /^(platform_version|status|certificate_authority|created_at|endpoint|identity)\b/,
  aws_eks_node_group: /^(release_version|resources|status|launch_template\b.*version)\b/,
  aws_eks_addon: /^(modified_at|created_at)\b/,
  aws_launch_template: /^(latest_version|default_version)\b/,
  aws_nat_gateway: /^(association_id|network_interface_id|public_ip|private_ip)\b/,
  helm_release: /^(metadata|status|manifest|resources)\b/,
  kubernetes_namespace_v1: /^metadata\.(annotations|labels|resource_version|generation|uid)\b/,
};
const EVERYWHERE = /(^|\.)(resource_version|generation|uid)$/;

/** What somebody changed or deleted by hand, without what moves by itself. */
export const driftOf = (plan: PlanJson): Changed[] =>
  (plan.resource_drift ?? [])
    .filter(({ mode }) => mode === "managed")
    .map((resource) => ({ ...resource, kind: resource.change.actions.includes("delete") ? "destroy" : "change" }) as const)
    .filter((changed) => changed.kind === "destroy" || handMade(changed));

const handMade = ({ type, change }: Changed): boolean =>
  attributeChanges(type, change).some(({ path }) => !(OWN[type]?.test(path) ?? false) && !EVERYWHERE.test(path));
