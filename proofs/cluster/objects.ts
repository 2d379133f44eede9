/** As much of a Kubernetes object as proofs read. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: Spec;
  readonly status?: Status;
}
interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly resourceVersion?: string;
  readonly uid?: string;
}
interface Spec {
  readonly nodeName?: string;
  readonly taints?: readonly { readonly key: string }[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly [field: string]: unknown;
}
interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
}
interface Status {
  readonly phase?: string;
  readonly capacity?: Readonly<Record<string, string>>;
  readonly allocatable?: Readonly<Record<string, string>>;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
}

/** Whether a condition of an object is true. */
export const isTrue = ({ status }: { readonly status?: Pick<Status, "conditions"> }, type: string): boolean => status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false;

/** One look at everything that matters in the cluster. */
export interface World {
  readonly nodes: readonly KubeObject[];
  readonly claims: readonly KubeObject[];
  readonly pools: readonly KubeObject[];
  readonly classes: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
  readonly runners: readonly KubeObject[];
  readonly engines: readonly KubeObject[];
}

/** What the rig's account holds: ids of VPC, subnets, security group, instance profile, and the interruption queue. */
export interface Account {
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly sg: string;
  readonly profile: string;
  readonly queue: string;
}
