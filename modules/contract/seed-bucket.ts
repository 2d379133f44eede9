import type { Config } from "../config/schema";
import { isSeeded } from "./seed";

type Seeding = Pick<Config, "seeds" | "fleets">;

/** Whether any fleet begins with seeds, so that there is a bucket for them. */
export const hasSeeds = ({ fleets }: Pick<Config, "fleets">): boolean => fleets.some(isSeeded);

/** Whether the cluster stack makes the bucket of seeds. */
export const makesSeedBucket = (config: Seeding): boolean => hasSeeds(config) && config.seeds.bucket === undefined;

/** As AWS shortens directions in the ids of its zones. */
const DIRECTIONS: readonly (readonly [word: RegExp, letter: string])[] = [
  [/north/, "n"],
  [/south/, "s"],
  [/east/, "e"],
  [/west/, "w"],
  [/central/, "c"],
];
const shortRegion = (region: string): string => DIRECTIONS.reduce((text, [word, letter]) => text.replace(word, letter), region).replaceAll("-", "");

/**
 * Name of the bucket that the cluster stack makes. No two buckets in the world share one, so it has the account, and the region
 * as in `euw1`: whole, it would be too long beside the longest name of an installation. `account` may be a reference.
 */
export const ownSeedBucket = ({ name, region }: Pick<Config, "name" | "region">, account: string): string =>
  `${name}-seeds-${account}-${shortRegion(region)}`;

/** The bucket of seeds, if there is one, whoever made it. */
export const seedBucket = (config: Seeding & Pick<Config, "name" | "region">, account: string): string | undefined =>
  hasSeeds(config) ? (config.seeds.bucket ?? ownSeedBucket(config, account)) : undefined;
