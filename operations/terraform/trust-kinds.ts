/**
 * What the project itself writes into a stack, by kind. It is the whole of what `npm run plan -- --untrusted` takes: a
 * test holds it against the stacks of every example, both ways.
 */

/** Blocks of a stack. */
export const BLOCKS = ["//", "terraform", "provider", "resource", "data", "output", "ephemeral", "locals", "removed"];

const NAMED = "name";
const tags = "tags";
/** Arguments of each resource type, besides `depends_on`. */
export const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  aws_cloudwatch_event_rule: ["event_pattern", NAMED],
  aws_cloudwatch_event_target: ["arn", "rule", "target_id"],
  aws_cloudwatch_log_group: ["kms_key_id", NAMED, "retention_in_days"],
  aws_default_security_group: [tags, "vpc_id"],
  aws_eip: ["domain", tags],
  aws_eks_access_entry: ["cluster_name", "lifecycle", "principal_arn", "type"],
  aws_eks_access_policy_association: ["access_scope", "cluster_name", "policy_arn", "principal_arn"],
  aws_eks_addon: [
    ...["addon_name", "addon_version", "cluster_name", "configuration_values", "pod_identity_association"],
    ...["resolve_conflicts_on_create", "resolve_conflicts_on_update"],
  ],
  aws_eks_cluster: [
    ...["access_config", "bootstrap_self_managed_addons", "deletion_protection", "enabled_cluster_log_types", "encryption_config"],
    ...["kubernetes_network_config", "lifecycle", NAMED, "role_arn", "upgrade_policy", "version", "vpc_config", "zonal_shift_config"],
  ],
  aws_eks_node_group: [
    ...["ami_type", "capacity_type", "cluster_name", "instance_types", "labels", "launch_template", "lifecycle"],
    ...["node_group_name_prefix", "node_role_arn", "release_version", "scaling_config", "subnet_ids", "taint", "update_config", "version"],
  ],
  aws_eks_pod_identity_association: ["cluster_name", "namespace", "role_arn", "service_account"],
  aws_flow_log: ["iam_role_arn", "log_destination", "max_aggregation_interval", tags, "traffic_type", "vpc_id"],
  aws_iam_instance_profile: [NAMED, "role"],
  aws_iam_policy: [NAMED, "policy"],
  aws_iam_role: ["assume_role_policy", NAMED, "permissions_boundary"],
  aws_iam_role_policy: [NAMED, "policy", "role"],
  aws_iam_role_policy_attachment: ["policy_arn", "role"],
  aws_iam_service_linked_role: ["aws_service_name"],
  aws_internet_gateway: [tags, "vpc_id"],
  aws_kms_alias: [NAMED, "target_key_id"],
  aws_kms_key: ["bypass_policy_lockout_safety_check", "deletion_window_in_days", "description", "enable_key_rotation", "policy", "provider"],
  aws_launch_template: [
    ...["block_device_mappings", "lifecycle", "metadata_options", NAMED, "tag_specifications", "update_default_version", "user_data"],
    "vpc_security_group_ids",
  ],
  aws_nat_gateway: ["allocation_id", "subnet_id", tags],
  aws_route: ["destination_cidr_block", "gateway_id", "nat_gateway_id", "route_table_id"],
  aws_route_table: [tags, "vpc_id"],
  aws_route_table_association: ["route_table_id", "subnet_id"],
  aws_s3_bucket: ["bucket", "force_destroy"],
  aws_s3_bucket_lifecycle_configuration: ["bucket", "rule"],
  aws_s3_bucket_ownership_controls: ["bucket", "rule"],
  aws_s3_bucket_policy: ["bucket", "policy"],
  aws_s3_bucket_public_access_block: ["block_public_acls", "block_public_policy", "bucket", "ignore_public_acls", "restrict_public_buckets"],
  aws_s3_bucket_server_side_encryption_configuration: ["bucket", "rule"],
  aws_security_group: ["description", NAMED, tags, "vpc_id"],
  aws_sqs_queue: ["message_retention_seconds", NAMED, "sqs_managed_sse_enabled"],
  aws_sqs_queue_policy: ["policy", "queue_url"],
  aws_subnet: ["availability_zone", "cidr_block", "lifecycle", tags, "vpc_id"],
  aws_vpc: ["cidr_block", "enable_dns_hostnames", "enable_dns_support", "lifecycle", tags],
  aws_vpc_endpoint: [
    ...["private_dns_enabled", "route_table_ids", "security_group_ids", "service_name", "subnet_ids", tags],
    ...["vpc_endpoint_type", "vpc_id"],
  ],
  aws_vpc_security_group_ingress_rule: [
    ...["cidr_ipv4", "description", "from_port", "ip_protocol", "referenced_security_group_id", "security_group_id", "to_port"],
  ],
  helm_release: [
    ...["chart", "cleanup_on_fail", "create_namespace", "dependency_update", "lifecycle", "max_history", NAMED, "namespace", "replace"],
    ...["repository", "skip_crds", "take_ownership", "timeout", "values", "version", "wait", "wait_for_jobs"],
  ],
  kubernetes_config_map_v1: ["data", "metadata"],
  kubernetes_manifest: ["computed_fields", "field_manager", "lifecycle", "manifest", "timeouts", "wait"],
  kubernetes_namespace_v1: ["metadata", "timeouts"],
  kubernetes_priority_class_v1: ["description", "metadata", "preemption_policy", "value"],
  kubernetes_service_account_v1: ["automount_service_account_token", "metadata"],
  kubernetes_secret_v1: ["data_wo", "data_wo_revision", "lifecycle", "metadata", "type"],
  // It only remembers something in the state.
  terraform_data: ["input", "lifecycle"],
};

/** What `lifecycle` may say. */
export const LIFECYCLE = ["create_before_destroy", "ignore_changes", "postcondition", "precondition", "replace_triggered_by"];
export const CONDITION = ["condition", "error_message"];
/** Kinds of Kubernetes objects that are written as manifests. */
export const MANIFESTS = ["Deployment", "EC2NodeClass", "HorizontalRunnerAutoscaler", "NodePool", "PodMonitor", "PrometheusRule", "RunnerDeployment"];
/** Functions of Terraform's language. None of them reads a file, the clock or the environment. */
export const FUNCTIONS = [
  ...["base64decode", "base64encode", "can", "ceil", "concat", "contains", "element", "format", "join", "jsondecode", "jsonencode", "keys"],
  ...["length", "pow", "regex", "setsubtract", "sort", "split", "startswith", "sum", "tonumber", "tostring", "try", "urlencode"],
];
/** Names that an expression may begin with, besides resource types and those of `for`. */
export const ROOTS = ["data", "ephemeral", "local", "self", "true", "false", "null"];
