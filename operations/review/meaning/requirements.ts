import { isDeepStrictEqual } from "node:util";
import { listAt, at } from "../plan-json";

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

const requirementsOf = (side: unknown): Requirement[] =>
  listAt(side, "manifest", "spec", "template", "spec", "requirements").map((item) => ({
    key: String(at(item, "key")),
    operator: String(at(item, "operator")),
    values: listAt(item, "values").map(String),
  }));

const keysOf = (...sides: readonly (readonly Requirement[])[]) => [...new Set(sides.flat().map(({ key }) => key))];
const of = (side: readonly Requirement[], key: string, operator: string) => side.find((item) => item.key === key && item.operator === operator)?.values;

/** What a change of a NodePool's requirements means for the nodes that it has. Karpenter looks at each node's labels. */
export interface RequirementEffect {
  /** No node of before fits any more: `amd64 to arm64`. */
  readonly every: readonly string[];
  /** Some of them may not. */
  readonly some: readonly string[];
}

export function requirementEffect(beforeSide: unknown, afterSide: unknown): RequirementEffect {
  const [before, after] = [requirementsOf(beforeSide), requirementsOf(afterSide)];
  const [every, some]: [string[], string[]] = [[], []];
  for (const key of keysOf(before, after)) {
    const ofKey = (side: readonly Requirement[]) => side.filter((item) => item.key === key);
    if (isDeepStrictEqual(ofKey(before), ofKey(after))) continue;
    const [old, now] = [of(before, key, "In"), of(after, key, "In")];
    if (old && now && !now.some((value) => old.includes(value))) every.push(`${key} ${old.join(", ")} to ${now.join(", ")}`);
    else if (narrower(ofKey(before), ofKey(after))) some.push(key);
  }
  return { every, some };
}

/** Whether something that was allowed for a key is so no longer. */
function narrower(before: readonly Requirement[], after: readonly Requirement[]): boolean {
  return after.some(({ operator, values }) => {
    const old = before.find((item) => item.operator === operator)?.values;
    if (!old) return true;
    if (operator === "In") return old.some((value) => !values.includes(value));
    if (operator === "NotIn") return values.some((value) => !old.includes(value));
    if (operator === "Gt" || operator === "Gte") return Number(values[0]) > Number(old[0]);
    if (operator === "Lt" || operator === "Lte") return Number(values[0]) < Number(old[0]);
    return !isDeepStrictEqual(old, values);
  });
}

/** The kinds of capacity that a NodePool may buy. */
export const capacityTypes = (side: unknown): readonly string[] => of(requirementsOf(side), "karpenter.sh/capacity-type", "In") ?? [];
