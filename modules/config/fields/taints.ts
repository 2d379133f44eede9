import { z } from "zod";
import { labelKey, labelValue } from "./kubernetes";

/** Keys that Kubernetes and Karpenter set and take away themselves, and the one by which fleets keep to themselves. */
const RESERVED = /^(?:actions-runner$|CriticalAddonsOnly$|(?:[a-z0-9-]+\.)*kubernetes\.io\/|(?:[a-z0-9-]+\.)*karpenter\.sh\/)/;

/** A taint that a node has from its start, until something in the cluster takes it away. */
export const startupTaint = () =>
  z.strictObject({
    key: labelKey()
      .refine((key) => !RESERVED.test(key), { error: "another key: Kubernetes, Karpenter or the fleet itself sets this one" })
      .meta({ description: "Key of the taint, such as node.cilium.io/agent-not-ready." }),
    value: labelValue().optional().meta({ description: "Its value. Default: none." }),
    effect: z.enum(["NoSchedule", "NoExecute", "PreferNoSchedule"]).meta({ description: "Its effect." }),
  });
export type StartupTaint = z.infer<ReturnType<typeof startupTaint>>;
