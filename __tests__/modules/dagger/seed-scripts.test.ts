import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SeedConfig } from "../../../modules/config/seed";
import type { SeededFleet } from "../../../modules/contract/seed";
import { admitScript, publishScript, restoreScript } from "../../../modules/dagger/seed-scripts";
import { minimal, synthesize } from "../../support/project";
import { Clock, run, shells, standIns, type Ran, type Shell } from "../../support/shells";

/** What real restic, engines and S3 make of these texts: proofs/seeds. Here what they do with each answer. */
const fleetWith = (seed: Partial<SeedConfig> = {}): SeededFleet => {
  const fleet = synthesize(minimal("fleets: [{name: main, dagger: 0.21.8, seed: {publish: true}, runners: [{cpu: 2, memory: 8Gi, max: 2}]}]")).config.fleets[0] as SeededFleet;
  return { ...fleet, seed: { ...fleet.seed, ...seed } };
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "seeds-"));
  for (const name of ["disk", "tools", "tmp", "dev", "var/run/secrets/kubernetes.io/serviceaccount"]) mkdirSync(join(folder, name), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (...path: string[]) => join(folder, ...path);
const read = (...path: string[]) => (existsSync(file(...path)) ? readFileSync(file(...path), "utf8") : undefined);
/** What was called, a line each. */
const calls = () => (read("calls") ?? "").trim().split("\n").filter((line) => line !== "");

/** A text with the container's folders in the test's own. */
const inFolder = (text: string) => text.replaceAll(/(?<![\w$])\/(disk|tools|tmp|dev\/termination-log|var\/run\/secrets)\b/g, `${folder}/$1`);
const runText = (shell: Shell, text: string, programs: Record<string, string>, ...args: string[]): Promise<Ran> => runHere(shell, inFolder(text), programs, ...args);
const runHere = (shell: Shell, text: string, programs: Record<string, string>, ...args: string[]): Promise<Ran> =>
  run(shell, ["sh", "-c", text, "text", ...args], { SEEDS: "s3:there", NODE_NAME: "n1", KUBERNETES_SERVICE_HOST: "api", KUBERNETES_SERVICE_PORT: "443", NAMESPACE: "dagger-main" }, standIns(programs));

const month = (date: Date) => date.toISOString().slice(0, 7);
const NOW = new Date();
const THIS = month(NOW);
const BEFORE = month(new Date(Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() - 1, 15)));

const snapshot = (id: string, time: string, bytes = 1000) => ({ id, time, summary: { total_bytes_processed: bytes } });
/** restic that finds these snapshots in these months, and restores all but those that are damaged. */
const restic = (found: Record<string, object[]>, { damaged = [] as string[], wait = 0 } = {}) => `
echo "restic $*" >>${folder}/calls
case "$*" in
${Object.entries(found).map(([when, list]) => `*/${when}*snapshots*) echo '${JSON.stringify(list)}'; exit 0 ;;`).join("\n")}
*snapshots*) echo no repository >&2; exit 10 ;;
*restore*) ${wait === 0 ? ":" : `exec sleep ${wait}`}; for last; do :; done; mkdir -p "$last"; echo state >"$last/dagql-cache.db"
case "$*" in ${[...damaged, "nothing"].map((id) => `*${id}:*`).join("|")}) echo wrong hash >&2; exit 1 ;; esac ;;
esac`;
/** jq with the one filter that there is. */
const jq = `for last; do :; done
sed 's/},{/}\\n{/g' "$last" | sed -n 's/.*"id":"\\([^"]*\\)","time":"\\([^"]*\\)".*:\\([0-9]*\\)}.*/\\1 \\3 \\2/p' | sort -r -k 3`;
const uname = "echo x86_64";

describe.each(shells)("restore in $name", (shell) => {
  // BusyBox' own timeout leaves a process behind for a second: it is there where a limit is meant.
  const UNLIMITED = 'timeout() { shift 3; "$@"; }\n';
  const restore = (program: string, seed: Partial<SeedConfig> = {}, { clock = undefined as Clock | undefined, timeout = UNLIMITED } = {}) => {
    const command = ["sh", "-c", `${timeout}${inFolder(restoreScript(fleetWith(seed)))}`];
    return runHere(shell, (clock?.on(command) ?? command)[2]!, { restic: program, jq, uname });
  };

  test("without any seed the engine starts with an empty cache", async () => {
    const ran = await restore(restic({}));
    expect(ran).toMatchObject({ status: 0, output: "There is no seed yet. The engine starts with an empty cache.\n" });
    expect(existsSync(file("disk/dagger"))).toBe(true);
    expect(read("disk/dagger-seed")).toBe("none\n");
    expect(calls().map((line) => / -r (\S+)/.exec(line)?.[1])).toEqual([`s3:there/x86_64/${THIS}`, `s3:there/x86_64/${BEFORE}`]);
  });

  test("the newest seed of this month is put in place", async () => {
    const ran = await restore(restic({ [THIS]: [snapshot("old", "2026-11-01T10:00:00Z"), snapshot("new", "2026-11-02T10:00:00Z", 1234)] }));
    expect(ran.output).toMatch(/^Restored the seed of 2026-11-02T10:00:00Z: 1234 bytes in [0-9]+ s\.\n$/);
    expect(read("disk/dagger/dagql-cache.db")).toBe("state\n");
    expect(read("disk/dagger-seed")).toBe("restored\n");
    expect(read("dev/termination-log")).toBe(ran.output);
    expect(existsSync(file("tools/restic"))).toBe(true);
  });

  test("at a month's beginning it is that of the month before", async () => {
    const ran = await restore(restic({ [BEFORE]: [snapshot("a", "t")] }));
    expect(ran.output).toMatch(/^Restored the seed of t: 1000 bytes/);
    expect(calls().at(-1)).toContain(`-r s3:there/x86_64/${BEFORE} restore --quiet a:${folder}/disk/dagger --target ${folder}/disk/dagger-incoming`);
  });

  test("a damaged seed gives way to the one before it", async () => {
    const ran = await restore(restic({ [THIS]: [snapshot("good", "2026-11-01"), snapshot("bad", "2026-11-02")] }, { damaged: ["bad"] }));
    expect(ran.output).toMatch(/^wrong hash\nRestored the seed of 2026-11-01: 1000 bytes/);
    expect(read("disk/dagger-seed")).toBe("restored\n");
  });

  test("where all are damaged, nothing of them is used", async () => {
    const ran = await restore(restic({ [THIS]: [snapshot("bad", "t")] }, { damaged: ["bad"] }));
    expect(ran).toMatchObject({ status: 0, output: "wrong hash\nNo seed could be restored whole. The engine starts with an empty cache.\n" });
    expect(read("disk/dagger/dagql-cache.db")).toBeUndefined();
    expect(existsSync(file("disk/dagger-incoming"))).toBe(false);
  });

  test("what is larger than allowed stays where it is", async () => {
    const ran = await restore(restic({ [THIS]: [snapshot("big", "t", 2_000_000_001)] }), { maxGb: 2 });
    expect(ran.output).toBe("The seed of t has 2000000001 bytes, more than 2 GB or than the disk has free. The engine starts with an empty cache.\n");
    expect(calls()).toHaveLength(1);
    expect(read("disk/dagger-seed")).toBe("too-large\n");
  });

  test("a restore that takes too long is given up", async () => {
    const ran = await restore(restic({ [THIS]: [snapshot("slow", "t")] }, { wait: 30 }), { restoreWithin: "1s" }, { timeout: "" });
    expect(ran.output).toContain("The seed is not used, since the 1000 bytes of the seed of t were not there within 1s. The engine starts with an empty cache.\n");
    expect(ran.milliseconds).toBeLessThan(15_000);
    expect(read("disk/dagger-seed")).toBe("late\n");
    expect(read("disk/dagger/dagql-cache.db")).toBeUndefined();
  });

  test("a part that lacks makes it damaged, however long that is tried", async () => {
    const clock = new Clock();
    const slow = restic({ [THIS]: [snapshot("short", "t")] }).replace("*restore*) :;", `*restore*) echo 'ignoring error for /a: range not satisfiable' >&2; ${clock.pass("120")}; exit 137;`);
    expect((await restore(slow, {}, { clock })).output).toMatch(/^ignoring error for \/a: range not satisfiable\nThe seed is not used, /);
    expect(read("disk/dagger-seed")).toBe("damaged\n");
  });

  test("what does not answer is asked again, and given up in time", async () => {
    const ran = await restore(`echo "restic $*" >>${folder}/calls; echo credentials are not there yet >&2; exit 1`, { restoreWithin: "3s" }, { clock: new Clock() });
    expect(ran.output).toBe(`${"credentials are not there yet\n".repeat(3)}The seed is not used, nothing answered within 3s. The engine starts with an empty cache.\n`);
    expect(read("disk/dagger-seed")).toBe("unreachable\n");
  });

  test("a cache that is there stays", async () => {
    mkdirSync(file("disk/dagger"));
    expect(await restore(restic({ [THIS]: [snapshot("a", "t")] }))).toMatchObject({ status: 0, output: "The node has a cache already.\n" });
    expect(calls()).toEqual([]);
  });
});

/** The engine's image has GNU's tools. */
describe("publish", () => {
  const [shell] = shells as [Shell];
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
  const program = (latest: object[] | undefined, during = ":") => `
echo "restic $*" >>${folder}/calls
case "$*" in
*snapshots*) ${latest === undefined ? "exit 10" : `echo '${JSON.stringify(latest)}'`} ;;
*backup*) ${during}; echo '{"message_type":"summary","data_added_packed":42,"snapshot_id":"abc123"}' ;;
esac`;
  const publish = (restic: string, how = "at-end", more: Record<string, string> = {}) =>
    runText(shell, publishScript(fleetWith()), { restic, sqlite3: `cat ${folder}/disk/clean`, uname, du: "printf '5000000000\\tx\\n'", ...more }, how);
  /** What restic was asked to do, by its verb. */
  const verbs = () => calls().map((line) => /(init|snapshots|unlock|backup|tag --quiet|forget --quiet \w+|forget --quiet --tag \w+)/.exec(line)?.[1]);

  beforeEach(() => {
    mkdirSync(file("disk/dagger"));
    writeFileSync(file("disk/dagger/dagql-cache.db"), "state");
    writeFileSync(file("disk/clean"), "1\n");
  });

  test("a cache of an engine that stopped cleanly goes to this month's repository, and is whole after a second look", async () => {
    const ran = await publish(program(undefined));
    expect(ran.output).toMatch(/^Published 5000000000 bytes of cache, 42 of them uploaded, in [0-9]+ s\.\n$/);
    expect(ran.status).toBe(0);
    expect(read("dev/termination-log")).toBe(ran.output);
    expect(verbs()).toEqual(["snapshots", "init", "unlock", "backup", "tag --quiet", "forget --quiet --tag fresh", "forget --quiet --tag whole"]);
    expect(calls()[3]).toContain(`backup --host engine --tag fresh --no-scan --read-concurrency 8 --pack-size 64 --json ${folder}/disk/dagger`);
    expect(calls()[4]).toContain("tag --quiet --retry-lock 2m --set whole --set on:n1 abc123");
  });

  test.each([
    ["runs, or was killed", "0\n"],
    ["has another database", ""],
  ])("an engine that %s is not published", async (_what, mark) => {
    writeFileSync(file("disk/clean"), mark);
    expect(await publish(program([]))).toMatchObject({ status: 1, output: "Not published: the engine did not stop cleanly, or runs.\n" });
    expect(calls()).toEqual([]);
  });

  test("an engine that begins to run meanwhile spoils it", async () => {
    const ran = await publish(program([], `echo 0 >${folder}/disk/clean`));
    expect(ran).toMatchObject({ status: 1, output: "Not published: the engine began to run meanwhile.\n" });
    expect(verbs()).toEqual(["snapshots", "unlock", "backup", "forget --quiet abc123"]);
  });

  test("a young seed is left alone, unless it is asked for", async () => {
    const young = program([snapshot("a", ago(3600))]);
    const ran = await publish(young);
    expect(ran.status).toBe(0);
    expect(ran.output).toMatch(/^Not published: the newest seed is 36[0-9]{2} s old, less than 6h\.\n$/);
    expect((await publish(young, "now")).output).toMatch(/^Published /);
  });

  test.each(["unreachable", "late", "too-large"])("after a restore that was %s it takes no other's place for a week", async (outcome) => {
    writeFileSync(file("disk/dagger-seed"), `${outcome}\n`);
    expect((await publish(program([snapshot("a", ago(6 * 86400))]))).output).toBe("Not published: this engine began without the seed that there is, and knows less.\n");
    expect((await publish(program([snapshot("a", ago(8 * 86400))]))).output).toMatch(/^Published /);
  });

  test("what is larger than allowed stays where it is", async () => {
    expect(await publish(program([]), "at-end", { du: "printf '50000000001\\tx\\n'" })).toMatchObject({
      status: 0,
      output: "Not published: the cache has 50000000001 bytes, more than 50 GB.\n",
    });
    expect(verbs()).toEqual(["snapshots"]);
  });

  test("what S3 says against it is told", async () => {
    expect(await publish("echo The provided token has expired. >&2; exit 1")).toMatchObject({ status: 1, output: "Not published: The provided token has expired.\n" });
    expect(await publish(program([], "echo disk full >&2; exit 1"))).toMatchObject({ status: 1, output: "Not published: disk full\n" });
  });
});

describe.each(shells)("admit in $name", (shell) => {
  /** The API server: nodes are patched as JSON Patch says, and the engine's pod comes after some questions. */
  const curl = (taints: string) => `
body=
for url; do
  case $before in -o) answer=$url ;; -d) body=$url ;; esac
  before=$url
done
count() { echo $(($(cat ${folder}/$1) + 1)) >${folder}/$1; cat ${folder}/$1; }
case $url$body in
*/pods?*)
  if [ "$(count asked)" -gt 2 ]; then echo '{"items":[{"status":{"phase": "Pending"}}]}'; else echo '{"items":[]}'; fi >"$answer"
  printf 200 ;;
*"}]")
  key=$(echo "$body" | sed 's/.*"value":"\\([^"]*\\)".*/\\1/')
  line=$(echo "$body" | sed 's/.*"op":"remove","path":"[^"]*\\/\\([0-9]*\\)".*/\\1/')
  if [ "$(sed -n $((line + 1))p ${taints})" = "$key" ]; then
    echo "$key after $(cat ${folder}/asked)" >>${folder}/order
    sed -i $((line + 1))d ${taints}
    printf 200
  else
    printf 422
  fi ;;
*)
  seen=$(count seen)
  if [ "$seen" -gt 1 ]; then sed -i /unregistered/d ${taints}; fi
  sed 's/.*/{ "key": "&" }/' ${taints} >"$answer"
  if [ "$seen" = 1 ]; then printf 500; else printf 200; fi ;;
esac`;
  const admit = async (keys: string[]) => {
    writeFileSync(file("var/run/secrets/kubernetes.io/serviceaccount/token"), "t");
    for (const [name, text] of Object.entries({ taints: `${keys.join("\n")}\n`, order: "", asked: "0\n", seen: "0\n" })) writeFileSync(file(name), text);
    const ran = await runText(shell, `sleep() { :; }\n${admitScript("main-engine")}`, { curl: curl(file("taints")) });
    const lines = (name: string) => read(name)!.split("\n").filter((line) => line !== "");
    return { ...ran, taints: lines("taints"), order: lines("order") };
  };

  test("the engine comes first, then runners; other taints stay", async () => {
    const { status, taints, order } = await admit(["actions-runner", "dagger-ci/engine-first", "cilium", "dagger-ci/restoring-cache", "karpenter.sh/unregistered"]);
    expect(status).toBe(0);
    expect(order).toEqual(["dagger-ci/restoring-cache after 0", "dagger-ci/engine-first after 3"]);
    expect(taints).toEqual(["actions-runner", "cilium"]);
  });

  test("a node that has neither is left as it is", async () => {
    const { status, taints } = await admit(["actions-runner"]);
    expect(status).toBe(0);
    expect(taints).toEqual(["actions-runner"]);
  });
});
