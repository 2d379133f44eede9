import { RESTIC, TOOLS } from "../../modules/dagger/seed-scripts";
import type { SeededFleet } from "../../modules/contract/seed";
import { UserError } from "../../modules/user-error";
import { execIn, type Container, type Ended } from "./exec";
import { machineOf, months } from "./fleets";
import type { Access } from "./seed-pods";
import type { Cluster } from "./cluster";

/** A cache that was published. */
export interface Seed {
  readonly id: string;
  /** Repository that it is in. */
  readonly repository: string;
  readonly time: string;
  readonly bytes: number;
  readonly dagger: string;
  readonly architecture: string;
  /** Node that wrote it. */
  readonly node: string;
  /** Whether others may restore it; one that is not was being published, or its publishing ended half-way. */
  readonly whole: boolean;
}

/** Runs restic somewhere in the cluster where the bucket can be reached. */
export type Restic = (repository: string, ...args: readonly string[]) => Promise<Ended>;

/** Seconds that a question may take; restic itself tries for a quarter of an hour. */
const QUESTION_SECONDS = 60;
/** restic's exit code where there is no repository. */
const NO_REPOSITORY = 10;

/** restic in a container that has it: in its image, or among the tools that it was copied to. */
export const resticIn =
  ({ kubeConfig }: Cluster, where: Container, { environment }: Access, stopped: AbortSignal): Restic =>
  (repository, ...args) => {
    const variables = environment.map(({ name, value }) => `${name}=${value}`);
    return execIn(kubeConfig, where, ["env", ...variables, "sh", "-c", `PATH=${TOOLS}:$PATH; ${timeout(args)}${RESTIC} "$@"`, "restic", "-r", repository, ...args], stopped);
  };

const timeout = ([verb]: readonly string[]): string => (verb === "snapshots" ? `timeout -s KILL ${QUESTION_SECONDS} ` : "exec ");

/** Where the seeds of a fleet's version lie that new nodes may restore, the newer month first. */
export const repositories = (fleet: SeededFleet, seeds: string, now: Date): string[] =>
  months(now).map((month) => `${seeds}/${machineOf(fleet)}/${month}`);

/** Everything in these repositories, the newest first; a month that nobody has published in has none. @throws UserError with restic's reason. */
export async function snapshotsIn(restic: Restic, from: readonly string[]): Promise<Seed[]> {
  const seeds: Seed[] = [];
  for (const repository of from) {
    const ended = await restic(repository, "snapshots", "--no-lock", "--json");
    if (ended.code === NO_REPOSITORY) continue;
    if (ended.code !== 0) throw resticFailed(`cannot read the seeds in ${repository}`, ended);
    seeds.push(...parse(repository, ended.stdout));
  }
  return seeds.sort((a, b) => b.time.localeCompare(a.time));
}

interface Snapshot {
  readonly id: string;
  readonly time: string;
  readonly tags?: readonly string[];
  readonly summary?: { readonly total_bytes_processed?: number };
}

function parse(repository: string, json: string): Seed[] {
  const [architecture = "", dagger = ""] = repository.split("/").slice(-3, -1).reverse();
  let snapshots: readonly Snapshot[];
  try {
    snapshots = JSON.parse(json) as readonly Snapshot[];
  } catch (cause) {
    throw new UserError(`cannot read the seeds in ${repository}: restic answered ${json.slice(0, 200)}`, { cause });
  }
  return snapshots.filter(({ id }) => /^[0-9a-f]{64}$/.test(id)).map(({ id, time, tags = [], summary }) => ({
    id,
    repository,
    time: new Date(time).toISOString(),
    bytes: summary?.total_bytes_processed ?? 0,
    dagger,
    architecture,
    node: tags.find((tag) => tag.startsWith("on:"))?.slice(3) ?? "a node that did not come to its end",
    whole: tags.includes("whole"),
  }));
}

/** What restic said last, as an error. */
export function resticFailed(what: string, { code, stderr, stdout }: Ended): UserError {
  const killed = code === 137 || code === 124;
  const [reason = "it said nothing"] = [stderr, stdout].map(lastWord).filter((word) => word !== "");
  return new UserError(`${what}: ${killed ? `no answer within ${QUESTION_SECONDS} s; ` : `restic ended with ${code}; `}${reason}`);
}

/** restic tells a fault as JSON where it is asked for that. */
function lastWord(text: string): string {
  const line = text.trim().split("\n").at(-1) ?? "";
  try {
    return ((JSON.parse(line) as { message?: string }).message ?? line).replaceAll("\n", " ");
  } catch {
    return line;
  }
}
