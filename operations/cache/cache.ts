import { loadConfig } from "../../modules/load-config";
import { UserError } from "../../modules/user-error";
import { askForYes } from "../ask";
import { interruptible } from "../interrupt";
import { publishingFleet, seededFleets } from "./fleets";

export interface CacheOptions {
  /** Fleet that publishes now. */
  readonly publish?: string;
  /** Fleet whose seeds go. */
  readonly drop?: string;
  /** Of another Dagger version than the one that is deployed. */
  readonly version?: string;
  /** Do not ask. */
  readonly yes: boolean;
  readonly json: boolean;
}

/** `npm run cache`: shows seeds, publishes now, drops. @returns the exit code. */
export async function cache(options: CacheOptions, say: (line: string) => void): Promise<number> {
  const { publish, drop, version } = options;
  if (version !== undefined && (drop === undefined || !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))) {
    throw new UserError(`--version ${version}: a Dagger version such as 0.21.9, together with --drop`);
  }
  const agree = () => (options.yes ? Promise.resolve() : askForYes("--yes to go on"));
  const config = loadConfig();
  if (publish !== undefined) {
    const fleet = publishingFleet(config, publish, "publish");
    const [{ connect }, { publishNow }] = await Promise.all([import("./cluster"), import("./publish")]);
    await publishNow({ cluster: connect(), fleet, say, agree });
    return 0;
  }
  if (drop !== undefined) {
    const fleet = publishingFleet(config, drop, "drop");
    const [{ connect }, { dropSeeds }] = await Promise.all([import("./cluster"), import("./drop")]);
    await dropSeeds({ cluster: connect(), config, fleet, version, say, agree, now: new Date() });
    return 0;
  }
  seededFleets(config);
  const [{ connect }, { lookAtSeeds }, { lookText }] = await Promise.all([import("./cluster"), import("./look"), import("./text")]);
  const now = new Date();
  // What is said besides is no part of what is shown.
  const asking = { cluster: connect(), config, say: (line: string) => console.error(line) };
  const looks = await interruptible((stopped) => lookAtSeeds({ ...asking, stopped }, now), "A pod cache-look may still be there; it ends by itself.");
  say(options.json ? JSON.stringify(looks.map(({ fleet, ...look }) => ({ fleet: fleet.name, ...look })), null, 2) : lookText(looks, now));
  return looks.some(({ problem, deployed }) => problem !== undefined || !deployed) ? 1 : 0;
}
