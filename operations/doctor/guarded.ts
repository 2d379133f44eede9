import { unchecked, type Finding } from "../findings";

/** Runs a check; what it cannot do (a missing right, no network) makes it unchecked, with the reason. */
export async function guarded(subject: string, check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    return [unchecked(subject, (error as Error).message.split("\n")[0] ?? "no reason given")];
  }
}
