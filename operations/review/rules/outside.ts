import { ofKind, type Changed } from "../changes";
import { textAt } from "../plan-json";
import { meanings } from "./meanings";
import { publicEndpoint } from "./public-endpoint";
import { iamPolicy } from "./iam-policy";
import type { Flag } from "./rule";

/** What was done by hand and opens something, stops something or takes something away. It is told before the plan's own. */
export function outside(drift: readonly Changed[], changes: readonly Changed[]): Flag[] {
  const isMade = (address: string) => changes.some((changed) => changed.address === address && ["add", "replace"].includes(changed.kind));
  const deleted = ofKind(drift, "destroy").map(
    (changed): Flag => ({
      title: `${changed.type === "helm_release" ? "Release" : "Object"} deleted by hand`,
      what: `${nameOf(changed)} is gone`,
      // What its end means is what the model says of it.
      means: meanings([changed])[0]?.means ?? { jobs: "what ran in it is gone, too; jobs that need it fail until it is back" },
      advice: isMade(changed.address) ? "This apply makes it again" : "This apply does not make it again",
      address: changed.address,
    }),
  );
  const changed = ofKind(drift, "change");
  const moved = [publicEndpoint, iamPolicy, meanings].flatMap((rule) => rule(changed)).map(
    (flag): Flag => ({
      ...flag,
      title: `By hand: ${flag.title.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase())}`,
      advice: isSetBack(flag, changes) ? "This apply sets it back" : "This apply leaves it",
    }),
  );
  return [...deleted, ...moved];
}

const isSetBack = ({ address }: Flag, changes: readonly Changed[]): boolean =>
  changes.some((changed) => changed.address === address && changed.kind !== "unchanged");

const nameOf = ({ change, address }: Changed): string => textAt(change.before, "name") || textAt(change.before, "manifest", "metadata", "name") || address;
