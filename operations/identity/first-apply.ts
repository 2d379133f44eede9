import { dirname } from "node:path";
import type { SynthesizedStack } from "../synthesized";
import type { Search, StandingInAws } from "./account";
import { localStates } from "./local-states";
import { statePlace } from "./state-place";
import { wantedInstallation } from "./wanted";

/**
 * Why a stack without a state must not be applied for the first time: its state may be elsewhere, or lost, or the
 * configuration may have got another name. Nothing, if nothing speaks against it.
 * @param stacks all that were synthesised.
 * @param standing what stands in AWS; asked for only if this machine does not tell.
 */
export async function firstApply(
  stack: SynthesizedStack,
  stacks: readonly SynthesizedStack[],
  outdir: string,
  standing: (search: Search) => Promise<StandingInAws>,
): Promise<string | undefined> {
  // What the other stacks make is in the cluster, and finds its own there.
  if (stack.name !== "network" && stack.name !== "cluster") return undefined;
  const { name, account: _account, ...identity } = wantedInstallation(stack);
  const place = statePlace(stack);
  const told = `--new-installation ${name}`;
  const local = localStates(stack, outdir);
  if (local.shared) {
    return (
      `There is no state in ${place}, but there are states in ${dirname(dirname(place))}, where all installations of a checkout had theirs. ` +
      `If they are of ${name}: npm run state -- move. If they are not: ${told}`
    );
  }

  const makesCluster = "aws_eks_cluster" in (stacks.find((other) => other.name === "cluster")?.template.resource ?? {});
  const { own, others } = await standing({ name, ...identity, ...(makesCluster ? { cluster: name } : {}) });
  // With its network applied an installation has a VPC.
  const made = own.filter((thing) => stack.name === "network" || thing.stack === "cluster").map(({ what }) => what);
  if (made.length > 0) {
    return (
      `There is no state of ${name} in ${place}, but AWS has ${made.join(", ")}: ${name} would be made a second time. ` +
      "If the state of the configuration changed, put it back, or move the states with npm run state -- move. " +
      `If they are lost, see docs/bad-day.md. To make it beside what stands: ${told}`
    );
  }
  const neighbours = [...new Set([...local.others, ...others])].sort();
  if (stack.name !== "network" || neighbours.length === 0) return undefined;
  return (
    `${name} does not stand yet, but ${neighbours.join(", ")} ${neighbours.length === 1 ? "does" : "do"}. ` +
    `If the name of the configuration changed, put it back: nothing that stands can be renamed. If ${name} shall be another installation: ${told}`
  );
}
