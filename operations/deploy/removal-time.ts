import { seconds } from "../../modules/config/fields/quantities";
import { changesOf, ofKind, type Changed } from "../review/changes";
import { at, type PlanJson } from "../review/plan-json";

/** How long what a plan removes may take at most, by what Terraform was told to wait for. */
export interface RemovalTime {
  readonly seconds: number;
  /** The resources that take long, the longest first. */
  readonly because: readonly { readonly address: string; readonly seconds: number }[];
}

/**
 * The most that the removals of a plan may take: those of one fleet go one after another, fleets side by side. Counted is
 * what says how long it may take (`timeouts.delete`, and a Helm release's `timeout`): jobs that finish, nodes that drain.
 */
export function removalTime(plan: PlanJson): RemovalTime {
  const byGroup = new Map<string, { address: string; seconds: number }[]>();
  for (const removed of ofKind(changesOf(plan), "destroy", "replace")) {
    const time = timeOf(removed);
    // cdktf begins the name of a resource with the construct that it is in.
    const group = removed.name.replace(/_.*$/, "");
    if (time > 0) byGroup.set(group, [...(byGroup.get(group) ?? []), { address: removed.address, seconds: time }]);
  }
  const sum = (items: readonly { seconds: number }[]) => items.reduce((total, item) => total + item.seconds, 0);
  const longest = [...byGroup.values()].sort((a, b) => sum(b) - sum(a))[0] ?? [];
  return { seconds: sum(longest), because: [...longest].sort((a, b) => b.seconds - a.seconds) };
}

function timeOf({ type, change: { before } }: Changed): number {
  const deletion = at(before, "timeouts", "delete") ?? at(before, "timeouts", 0, "delete");
  if (typeof deletion === "string") return seconds(deletion);
  const timeout = at(before, "timeout");
  return type === "helm_release" && at(before, "wait") !== false && typeof timeout === "number" ? timeout : 0;
}

/** "1 h 15 min", "40 min", "30 s". */
export function timeText(total: number): string {
  if (total < 60) return `${Math.max(0, Math.floor(total))} s`;
  const [hours, minutes] = [Math.floor(total / 3600), Math.ceil((total % 3600) / 60)];
  return [...(hours > 0 ? [`${hours} h`] : []), ...(minutes > 0 ? [`${minutes} min`] : [])].join(" ");
}

/** Why a plan must not be applied in a job that is cut off after so many seconds; nothing if it may. */
export function outlives(stack: string, plan: PlanJson, within: number): string | undefined {
  const { seconds: needed, because } = removalTime(plan);
  if (needed <= within) return undefined;
  const parts = because.slice(0, 3).map(({ address, seconds: time }) => `${address} up to ${timeText(time)}`);
  return [
    `${stack}: what this removes may take up to ${timeText(needed)} (${parts.join(", ")}), and here there are ${timeText(within)}.`,
    "Cut off half-way it would leave a lock and half a stack, so nothing was applied. Apply it where nothing cuts it off, with an",
    `administrator's credentials and a way to the cluster: npm run deploy -- ${stack}. Or first shorten`,
    "nodes.terminationGracePeriod of the fleet (no job runs longer, is what it says), deploy that, and remove the fleet then.",
  ].join("\n");
}
