import { ofKind, type Changed } from "../changes";
import { kubernetesStep } from "../meaning/kubernetes";
import { at } from "../plan-json";
import type { Flag, Rule } from "./rule";

/** What EKS will refuse, said before the apply fails half-way. What no configuration may change, Terraform refuses by itself. */
export const refused: Rule = (changes) => ofKind(changes, "change").flatMap(kubernetesVersion);

function kubernetesVersion({ type, address, change }: Changed): Flag[] {
  if (type !== "aws_eks_cluster") return [];
  const step = kubernetesStep(String(at(change.before, "version")), String(at(change.after, "version")));
  if (step === undefined) return [];
  return [
    {
      title: "EKS refuses this version",
      what: step.why,
      means: { reversibility: "the apply fails after it has done the rest" },
      advice: step.instead,
      address,
      // What would follow it is not going to happen.
      covers: (other) => ["aws_eks_node_group", "aws_eks_addon"].includes(other.type),
    },
  ];
}
