import { listAt } from "../plan-json";

/** The values of a Helm release, from one side of its change. */
export function releaseValues(side: unknown): unknown {
  const text = listAt(side, "values")[0];
  try {
    return typeof text === "string" ? (JSON.parse(text) as unknown) : text;
  } catch {
    return undefined;
  }
}
