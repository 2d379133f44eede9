import { z } from "zod";

/** EC2 takes 16 KiB of user data; EKS or Karpenter need the rest to let a node join. */
const MOST_BYTES = 10_000;

/** Settings of the kubelet that must stay as they are, and why. */
const KUBELET_KEPT: Readonly<Record<string, string>> = {
  maxPods: "nodes.maxPods, so that placement and Karpenter reckon with it",
  registerWithTaints: "nodes.startupTaints: the fleet's own taint would be lost",
  ...Object.fromEntries(
    ["kubeReserved", "systemReserved", "evictionHard", "evictionSoft", "podsPerCore", "reservedSystemCPUs", "reservedMemory"].map((key) => [
      key,
      "nothing: placement and Karpenter reckon with EKS's own, and would plan more runners for a node than it takes",
    ]),
  ),
  ...Object.fromEntries(["clusterDNS", "authentication", "authorization", "providerID", "cgroupRoot"].map((key) => [key, "nothing: without EKS's own the node does not join"])),
};
/** Flags that do the same, or move what engine and jobs are looked for under. */
const FLAGS_KEPT =
  /^--(?:max-pods|node-labels|register-with-taints|register-node|kube-reserved|system-reserved|eviction-[a-z-]+|pods-per-core|root-dir|config|kubeconfig|hostname-override|cloud-provider|node-ip|container-runtime-endpoint|cluster-dns|provider-id)(?:=|$)/;

const anything = () => z.record(z.string(), z.unknown());

/** The `spec` of a NodeConfig (`node.eks.aws/v1alpha1`), but for what would break the contract of a fleet's nodes. */
const nodeConfig = z.strictObject({
  kubelet: z
    .strictObject({
      config: anything()
        .superRefine((config, context) => {
          for (const key of Object.keys(config)) {
            const instead = KUBELET_KEPT[key];
            if (instead !== undefined) context.addIssue({ code: "custom", path: [key], input: config[key], message: instead });
          }
        })
        .optional()
        .meta({ description: "Settings of a KubeletConfiguration, merged with EKS's; not those that placement reckons with." }),
      flags: z
        .array(
          z
            .string()
            .regex(/^--[a-z][a-z0-9-]*(=.*)?$/, { error: "a flag of the kubelet such as --v=4" })
            .refine((flag) => !FLAGS_KEPT.test(flag), { error: "another flag: a fleet's nodes depend on this one as it is" }),
        )
        .optional()
        .meta({ description: "Flags of the kubelet besides, each as --name=value." }),
    })
    .optional(),
  containerd: z
    .strictObject({
      config: z
        .string()
        .refine((toml) => !/^\s*(root|state)\s*=/m.test(toml), { error: "TOML without root and state: images must stay on the array of disks" })
        .optional()
        .meta({ description: "Settings of containerd as TOML, merged with EKS's." }),
      baseRuntimeSpec: anything().optional().meta({ description: "OCI runtime specification that all containers begin with." }),
    })
    .optional(),
  instance: z
    .strictObject({
      environment: z
        .record(z.string(), z.record(z.string(), z.string()))
        .optional()
        .meta({ description: "Environment of systemd's services by their name; `default` is all of them." }),
      network: z
        .strictObject({
          nameservers: z.array(z.string()).optional().meta({ description: "Name servers of the node itself, not of pods." }),
          domains: z.array(z.string()).optional().meta({ description: "Its search domains." }),
        })
        .optional(),
    })
    .optional(),
  featureGates: z.strictObject({ FastImagePull: z.boolean().optional().meta({ description: "Pull images in parallel." }) }).optional(),
});

/** What nodes are told at their start besides what makes them nodes of the fleet. */
export const userDataSchema = z
  .strictObject(
    {
      nodeConfig: nodeConfig.optional(),
      script: z
        .string()
        .regex(/^#!/, { error: "a script whose first line is its interpreter, such as #!/bin/bash" })
        .refine((script) => !/^--part/m.test(script) && !script.includes("\r"), { error: "a script without carriage returns, and without a line that begins with --part" })
        .optional()
        .meta({ description: "Shell script that cloud-init runs before the node joins, and before its disks are mounted." }),
    },
    { error: (issue) => (issue.code === "unrecognized_keys" ? undefined : "a map: {script: …} or {nodeConfig: …}, or both") },
  )
  .superRefine((given, context) => {
    const bytes = Buffer.byteLength(JSON.stringify(given.nodeConfig ?? "") + (given.script ?? ""));
    if (bytes > MOST_BYTES) context.addIssue({ code: "custom", path: [], input: `${bytes} bytes`, message: `at most ${MOST_BYTES} bytes together: EC2 takes 16 KiB, and the node's own part needs the rest` });
  })
  .optional();
export type UserData = z.infer<typeof userDataSchema>;
