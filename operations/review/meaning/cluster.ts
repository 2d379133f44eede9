import { SEED_ACCOUNT } from "../../../modules/contract/seed";
import { at, textAt } from "../plan-json";
import { destroyed, gone, loses, type Meaning } from "./meaning";

const supportType = (side: unknown) => at(side, "upgrade_policy", 0, "support_type");
const boundary = (side: unknown) => textAt(side, "permissions_boundary");
const BASE_ADDONS = ["vpc-cni", "kube-proxy", "coredns", "eks-pod-identity-agent"];
const isPublic = (side: unknown) => at(side, "vpc_config", 0, "endpoint_public_access");

/** What changes of the cluster, and of who may do what in it, mean. */
export const CLUSTER: readonly Meaning[] = [
  {
    of: "aws_eks_cluster",
    change: "destroyed, replaced",
    match: (changed, all) => {
      const how = gone(changed, all);
      const isProtected = at(changed.change.before, "deletion_protection") === true;
      return how && [...(how === true ? [] : [how]), ...(isProtected ? ["EKS refuses while its deletion protection is on, and the apply stops half-way"] : [])].join("; ");
    },
    title: "Cluster goes",
    means: {
      jobs: "all running jobs are lost, and none runs for half an hour or more",
      caches: "all caches are lost",
      data: "everything in the cluster is deleted; the key of its secrets goes, too",
    },
    whole: true,
  },
  {
    of: "aws_eks_cluster",
    change: "`version` one minor up",
    match: ({ kind, change }) => {
      const [before, after] = [at(change.before, "version"), at(change.after, "version")].map((version) => Number(String(version).split(".")[1]));
      return kind === "change" && after === before! + 1 && `${String(at(change.before, "version"))} to ${String(at(change.after, "version"))}`;
    },
    title: "Kubernetes goes up",
    means: {
      jobs: "the control plane is away for moments; then support nodes go one by one, and Karpenter replaces every runner node after its jobs; persistent nodes roll with the next apply of dagger",
      caches: "the caches of those nodes are lost",
      reversibility: "EKS cannot go back",
    },
    covers: ({ type, kind }) => type === "aws_eks_node_group" && kind === "change",
  },
  {
    of: "aws_eks_cluster",
    change: "`encryption_config`",
    match: ({ kind, change }, { paths }) => kind === "change" && at(change.before, "encryption_config", 0) !== undefined && paths.some(({ path }) => path.startsWith("encryption_config")),
    title: "EKS keeps its encryption key",
    means: { data: "EKS never changes a cluster's key: if the old one goes, the cluster's secrets can never be read again" },
  },
  {
    of: "aws_eks_cluster",
    change: "`vpc_config.endpoint_public_access` off",
    match: ({ kind, change }) => {
      const cidrs = at(change.before, "vpc_config", 0, "public_access_cidrs");
      return kind === "change" && isPublic(change.before) === true && isPublic(change.after) === false && (Array.isArray(cidrs) ? cidrs.join(", ") : true);
    },
    title: "Kubernetes API closes",
    means: { reach: "whoever comes from there is locked out: kubectl, and deploys of addons and dagger, go on only from inside the VPC" },
  },
  {
    of: "aws_eks_cluster",
    change: "`vpc_config.public_access_cidrs` fewer",
    match: (changed, all) => isPublic(changed.change.before) === true && isPublic(changed.change.after) === true && loses("vpc_config", 0, "public_access_cidrs")(changed, all),
    title: "Kubernetes API closes",
    means: { reach: "whoever comes from there, and from no range that stays, is locked out" },
  },
  {
    of: "aws_eks_cluster",
    change: "`enabled_cluster_log_types` fewer",
    match: loses("enabled_cluster_log_types"),
    title: "Control-plane logs stop",
    means: { evidence: "from then on these are not recorded" },
  },
  {
    of: "aws_eks_cluster",
    change: "`deletion_protection` off",
    match: ({ kind, change }) => kind === "change" && at(change.before, "deletion_protection") === true && at(change.after, "deletion_protection") === false,
    title: "Deletion protection off",
    means: { reversibility: "from then on a single call deletes the cluster, with all jobs and caches" },
  },
  {
    of: "aws_eks_cluster",
    change: "`upgrade_policy.support_type` to EXTENDED",
    match: ({ kind, change }) => kind === "change" && supportType(change.before) === "STANDARD" && supportType(change.after) === "EXTENDED",
    title: "Extended support",
    weight: "note",
    means: { cost: "when the Kubernetes version leaves standard support, AWS bills each hour of the cluster several times over" },
  },
  {
    of: "aws_eks_cluster",
    change: "`upgrade_policy.support_type` to STANDARD",
    match: ({ kind, change }) => kind === "change" && supportType(change.before) === "EXTENDED" && supportType(change.after) === "STANDARD",
    title: "AWS upgrades Kubernetes",
    means: { reversibility: "when the Kubernetes version leaves standard support, AWS upgrades the cluster by itself, and EKS cannot go back" },
  },
  {
    of: "aws_iam_role",
    change: "`permissions_boundary` set",
    match: ({ kind, change }) => kind === "change" && boundary(change.before) === "" && boundary(change.after) !== "" && boundary(change.after),
    title: "Roles are bounded",
    weight: "note",
    means: { reach: "what the boundary does not allow, controllers and nodes can do no longer" },
  },
  {
    of: "aws_iam_role",
    change: "`permissions_boundary` another, or none",
    match: ({ kind, change }) => {
      const [before, after] = [boundary(change.before), boundary(change.after)];
      return kind === "change" && before !== "" && before !== after && `${before} to ${after === "" ? "none" : after}`;
    },
    title: "Roles are bounded otherwise",
    means: { reach: "what kept these roles from doing more no longer does" },
  },
  {
    of: "aws_eks_access_entry",
    change: "destroyed, replaced",
    match: ({ kind, change }) => (kind === "destroy" || kind === "replace") && textAt(change.before, "principal_arn"),
    title: "Locked out",
    means: { reach: "this principal can no longer use the Kubernetes API" },
  },
  {
    of: "aws_eks_access_policy_association",
    change: "destroyed, replaced",
    match: ({ kind, change }, { changes: all }) => {
      const who = textAt(change.before, "principal_arn");
      const entryGoes = all.some((other) => other.type === "aws_eks_access_entry" && other.kind === "destroy" && at(other.change.before, "principal_arn") === who);
      return !entryGoes && (kind === "destroy" || kind === "replace") && who;
    },
    title: "Fewer rights in the cluster",
    means: { reach: "this principal loses a policy there" },
  },
  {
    of: "aws_kms_key",
    change: "destroyed, replaced",
    match: gone,
    title: "Encryption key goes",
    means: {
      data: "AWS deletes it after its waiting period, and what it encrypts (the cluster's secrets, logs) can then never be read",
      reversibility: "only until then, with `aws kms cancel-key-deletion`",
    },
  },
  {
    of: "aws_kms_key",
    change: "forgotten",
    match: ({ kind }) => kind === "forget",
    title: "Encryption key is left to you",
    weight: "note",
    means: { cost: "it is billed until you delete it", data: "the cluster's secrets need it as long as the cluster stands" },
  },
  {
    of: "aws_eks_addon",
    change: "vpc-cni, kube-proxy, coredns or eks-pod-identity-agent: destroyed, replaced",
    match: ({ kind, change }) => (kind === "destroy" || kind === "replace") && BASE_ADDONS.includes(textAt(change.before, "addon_name")) && textAt(change.before, "addon_name"),
    title: "EKS add-on goes",
    means: { jobs: "without vpc-cni, kube-proxy or coredns no new pod works; without eks-pod-identity-agent no controller gets credentials" },
  },
  {
    of: "aws_eks_addon",
    change: "another destroyed, such as aws-ebs-csi-driver",
    match: ({ kind, change }) => kind === "destroy" && !BASE_ADDONS.includes(textAt(change.before, "addon_name")) && textAt(change.before, "addon_name"),
    title: "EKS add-on is switched off",
    means: { jobs: "pods that need what it gives, such as EBS volumes, do not start any more; runners and engines need none" },
  },
  {
    of: "aws_eks_pod_identity_association",
    change: "Karpenter's: destroyed",
    match: ({ kind, change }) => kind === "destroy" && textAt(change.before, "service_account") === "karpenter" && "karpenter",
    title: "Controller loses its rights",
    means: { jobs: "without rights Karpenter buys no node and hears of no interruption: new jobs wait" },
  },
  {
    of: "aws_eks_pod_identity_association",
    change: "a runner size's: destroyed",
    match: ({ kind, change }) => kind === "destroy" && !["karpenter", SEED_ACCOUNT].includes(textAt(change.before, "service_account")) && textAt(change.before, "service_account"),
    title: "Jobs lose their AWS role",
    means: { jobs: "those that use it in AWS fail from then on, running ones when their credentials end" },
  },
  {
    of: "aws_sqs_queue",
    change: "destroyed",
    // Where Karpenter goes, or goes to others, its rights say so.
    match: (changed, all) => destroyed(changed, all) && !all.changes.some(({ type, kind }) => type === "aws_eks_pod_identity_association" && kind === "destroy"),
    title: "Interruption queue goes",
    means: { jobs: "Karpenter hears of no spot interruption and no maintenance: jobs are cut without notice" },
  },
];
