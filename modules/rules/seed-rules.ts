import { didYouMean } from "../config/did-you-mean";
import { seconds } from "../config/fields/quantities";
import { atLeast } from "../config/fleet";
import { isObject } from "../config/objects";
import { isSeeded, SEED_ACCOUNT, type SeededFleet } from "../contract/seed";
import { serviceAccountName } from "../contract/runner-names";
import type { Refuse } from "./refuse";
import type { Rule, SoundFleet, ToldRule } from "./rule";

/** First Dagger version whose engine was seen to take up what another left. */
const OLDEST_DAGGER = "0.21.0";
const LEAST = { restoreWithin: "5s", publishEvery: "10m" } as const;
const MOST_TO_RESTORE = "10m";

const seeded = (fleets: readonly SoundFleet[]): { fleet: SeededFleet; refuse: Refuse }[] =>
  fleets.flatMap(({ fleet, refuse }) => (isSeeded(fleet) ? [{ fleet, refuse }] : []));

/** What a fleet with seeds must be like by itself. */
const eachFleet: Rule = (_config, { fleets }) => {
  for (const { fleet, refuse } of seeded(fleets)) {
    const { dagger, engine, seed, runners } = fleet;
    if (!atLeast(dagger, OLDEST_DAGGER)) refuse(["dagger"], dagger, `${OLDEST_DAGGER} or later beside seed: no older engine was seen to take up what another left`);
    if (engine.cache !== "nvme") refuse(["engine", "cache"], engine.cache, "nvme beside seed: there a cache is whole before the engine starts");
    for (const [key, least] of Object.entries(LEAST)) {
      const given = seed[key as keyof typeof LEAST];
      if (seconds(given) < seconds(least)) refuse(["seed", key], given, `at least ${least}`);
    }
    if (seconds(seed.restoreWithin) > seconds(MOST_TO_RESTORE)) {
      refuse(["seed", "restoreWithin"], seed.restoreWithin, `at most ${MOST_TO_RESTORE}: so long do jobs wait for a node that may begin cold anyway`);
    }
    runners.forEach((runner, i) => {
      const account = serviceAccountName(runner);
      if (account === SEED_ACCOUNT) refuse(["runners", i, "serviceAccount", "name"], account, "another service account: jobs would get the rights of the pods that restore and publish");
    });
  }
};

/** Whose seeds a fleet begins with. */
const sources: Rule = (config, { fleets }) => {
  if (!Array.isArray(config.fleets)) return;
  const publishers = seeded(fleets).filter(({ fleet }) => fleet.seed.publish).map(({ fleet }) => fleet);
  const all = config.fleets.filter(isObject).map(({ name }) => name);
  for (const { fleet, refuse } of seeded(fleets)) {
    const { publish, from } = fleet.seed;
    if (from === undefined) {
      if (!publish) refuse(["seed", "publish"], publish, "true, or seed.from beside it: without either, new nodes have nothing to begin with");
      continue;
    }
    if (publish) {
      refuse(["seed", "from"], from, "nothing beside publish: true: a fleet that publishes begins with what its own nodes left");
      continue;
    }
    const source = publishers.find(({ name }) => name === from);
    // One with a problem of its own is told of there.
    if (source === undefined && all.includes(from) && !fleets.some(({ fleet: { name } }) => name === from)) continue;
    if (source === undefined) {
      const names = publishers.map(({ name }) => name);
      const none = "another fleet of this file with seed: {publish: true}; none has it";
      refuse(["seed", "from"], from, names.length === 0 ? none : `another fleet of this file that publishes: ${names.join(", ")}${didYouMean(from, names)}`);
      continue;
    }
    if (source.dagger !== fleet.dagger) {
      refuse(["seed", "from"], from, `a fleet of Dagger ${fleet.dagger}, as this one is: ${from} has ${source.dagger}, and an engine takes up what one of its own version left`);
    }
    if (source.nodes.architecture !== fleet.nodes.architecture) {
      refuse(["seed", "from"], from, `a fleet of ${fleet.nodes.architecture} nodes, as this one is: ${from} has ${source.nodes.architecture}, and what was built there does not run here`);
    }
  }
};

/** Jobs are root on their node, and can take the role of its pods. */
const bucket: Rule = ({ seeds, state }, { clean, refuse }) => {
  if (clean("seeds") && clean("state") && state.type === "s3" && seeds.bucket === state.bucket) {
    refuse(["seeds", "bucket"], seeds.bucket, "another bucket than state.bucket: jobs can take the role that writes seeds");
  }
};

export const seedRules: readonly ToldRule[] = [
  {
    check: eachFleet,
    says: [
      `A fleet with \`seed\` has Dagger ${OLDEST_DAGGER} or later and its cache on NVMe; \`seed.restoreWithin\` is from ${LEAST.restoreWithin} to ${MOST_TO_RESTORE}, \`seed.publishEvery\` at least ${LEAST.publishEvery}; no size has the service account \`${SEED_ACCOUNT}\`.`,
    ],
  },
  {
    check: sources,
    says: ["A fleet with `seed` either publishes or has `seed.from`, never both; that names a fleet of the file which publishes, of the same `dagger` and `nodes.architecture`."],
  },
  { check: bucket, says: ["`seeds.bucket` is another than `state.bucket`."] },
];
