export const STACKS = ["network", "cluster", "addons", "dagger"] as const;
export type StackId = (typeof STACKS)[number];

/**
 * What each stack hands on. This is the contract between stacks, by names that never change with the code inside a
 * stack; `text`, `list` and `map` are the shapes. Nothing in it is secret.
 */
export const OUTPUTS = {
  network: {
    vpc_id: "text",
    private_subnet_ids: "list",
    intra_subnet_ids: "list",
    public_subnet_ids: "list",
    /** Ranges of the VPC, where a proxy must know them. */
    vpc_cidrs: "list",
  },
  cluster: {
    cluster_name: "text",
    cluster_endpoint: "text",
    cluster_ca: "text",
    cluster_version: "text",
    runner_security_group_ids: "list",
    runner_node_role_arn: "text",
    runner_instance_profile: "text",
    interruption_queue: "text",
    /** Ranges of VPC and services that are reached without the proxy, where they are looked up. */
    direct_cidrs: "list",
    /** As configured, to compare with a changed configuration: empty for the stack's own key. */
    kms_key_arn: "text",
    /** As configured; empty for a cluster that exists. */
    service_cidr: "text",
    /** The bucket of seeds that the stack made; empty for one that exists, or without seeds. */
    seed_bucket: "text",
  },
  addons: {
    arc_version: "text",
    arc_namespace: "text",
    arc_service_account: "text",
    karpenter_version: "text",
    cert_manager_version: "text",
    summerwind_version: "text",
    prometheus_version: "text",
  },
  dagger: {
    runs_on: "map",
    engine_versions: "map",
    socket_directories: "map",
    namespaces: "map",
    amis: "map",
    /** Names of the AWS secrets that were read, which nothing else in the state tells. */
    secret_names: "map",
  },
} as const satisfies Record<StackId, Record<string, "text" | "list" | "map">>;

interface Shapes {
  text: string;
  list: string[];
  map: Record<string, string | string[]>;
}
type Contract<S extends StackId> = (typeof OUTPUTS)[S];
/** The outputs of a stack, each with its shape. */
export type OutputsOf<S extends StackId> = {
  -readonly [K in keyof Contract<S>]: Contract<S>[K] extends keyof Shapes ? Shapes[Contract<S>[K]] : never;
};
