import { ofKind, type Changed } from "../changes";
import { at, textAt } from "../plan-json";
import { widened } from "./iam-document";
import type { Flag, Rule } from "./rule";

/** Where policy documents are, by resource type. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  aws_iam_policy: "policy",
  aws_iam_role_policy: "policy",
  aws_iam_role: "assume_role_policy",
  aws_kms_key: "policy",
  aws_s3_bucket_policy: "policy",
  aws_sqs_queue_policy: "policy",
};

/** A policy that allows more than before, or one more policy for a role that is there already. */
export const iamPolicy: Rule = (changes) => [
  ...ofKind(changes, "change", "replace").flatMap(documentFlags),
  ...ofKind(changes, "add", "replace").flatMap((added) => roleFlags(added, changes)),
  ...clusterFlags(changes),
];

/** Who gets rights in a cluster that is there already. */
function clusterFlags(changes: readonly Changed[]): Flag[] {
  if (ofKind(changes, "add", "replace").some(({ type }) => type === "aws_eks_cluster")) return [];
  return ofKind(changes, "add", "change").flatMap(({ type, kind, address, change }): Flag[] => {
    if (type === "aws_eks_pod_identity_association") {
      // A role that is made in the same apply is in the plan itself.
      const role = textAt(change.after, "role_arn");
      if (role === "" || role === textAt(change.before, "role_arn")) return [];
      return [{ title: "Pods get an AWS role", means: { reach: `whoever can run a job as ${textAt(change.after, "service_account")} has ${role}` }, address }];
    }
    if (type !== "aws_eks_access_policy_association" || kind !== "add") return [];
    const policy = textAt(change.after, "policy_arn").replace(/^.*\//, "");
    return [{ title: "More rights in the cluster", means: { reach: `${textAt(change.after, "principal_arn")} gets ${policy}` }, address }];
  });
}

function documentFlags({ type, address, change }: Changed): Flag[] {
  const attribute = DOCUMENTS[type];
  if (attribute === undefined) return [];
  const title = type === "aws_iam_role" ? "Trust policy allows more" : "Policy allows more";
  const [before, after] = [at(change.before, attribute), at(change.after, attribute)];
  if (at(change.after_unknown, attribute) === true) {
    return [{ title: "Policy not known yet", means: { reach: "what it allows is known only after the apply" }, address }];
  }
  if (typeof before !== "string" || typeof after !== "string" || before === after) return [];
  const reasons = widened(before, after);
  return reasons.length > 0 ? [{ title, means: { reach: reasons.join("; ") }, address }] : [];
}

/** Attachments and inline policies of roles that are not themselves new. */
function roleFlags({ type, address, kind, change }: Changed, changes: readonly Changed[]): Flag[] {
  if (type !== "aws_iam_role_policy_attachment" && !(type === "aws_iam_role_policy" && kind === "add")) return [];
  const role = at(change.after, "role");
  const old = changes.some(
    (other) =>
      other.type === "aws_iam_role" && ["unchanged", "change"].includes(other.kind) && at(other.change.before, "name") === role,
  );
  if (!old) return [];
  const named = [at(change.after, "policy_arn"), at(change.after, "name")].find((name) => typeof name === "string");
  return [{ title: "Role gets one more policy", means: { reach: `role ${String(role)} gets ${named ?? "a policy made in the same apply"}` }, address }];
}
