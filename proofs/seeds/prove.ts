import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { publishScript, restoreScript } from "../../modules/dagger/seed-scripts";
import { FaultyS3 } from "./faulty-s3";
import { Checks } from "../report/checks";
import { giveFigures } from "../report/figures";
import { ended, type Ran } from "../engine/engine-dir";
import { fleetWith, ProofNode } from "./parts";

/**
 * Nodes come, restore, run a pipeline and go; some publish. Each step ends with an engine that answers, with the cache where
 * the step says so.
 *
 *   prove ENGINE_DIR MEGABYTES FILES [figures]
 */
const [parts = "", megabytes = "", files = "", only = ""] = process.argv.slice(2);
const size = [Number(megabytes), Number(files)] as const;
const DAGGER = process.env.DAGGER_VERSION ?? "0.21.8";
const BUCKET = "seeds";
const S3_PORT = 30000 + Math.floor(Math.random() * 10000);

const work = mkdtempSync(join(tmpdir(), "seeds-"));
const figures: Record<string, unknown> = { dagger: DAGGER, megabytes: size[0], files: size[1] };
const checks = new Checks();
const { check } = checks;

/** A request to the S3 server itself. */
const s3 = (method: string, path: string, body?: Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request({ port: S3_PORT, method, path, headers: { authorization: "AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/s3/aws4_request" } }, (answer) => {
      const got: Buffer[] = [];
      answer.on("data", (data: Buffer) => got.push(data));
      answer.on("end", () => resolve(Buffer.concat(got).toString("latin1")));
    });
    asked.on("error", reject);
    asked.end(body);
  });

/** The keys of all packs, the largest first. */
async function packs(): Promise<string[]> {
  const listed = await s3("GET", `/${BUCKET}?list-type=2`);
  const all = [...listed.matchAll(/<Key>([^<]*)<\/Key>.*?<Size>(\d+)<\/Size>/gs)].map(([, key = "", bytes = ""]) => ({ key, bytes: Number(bytes) }));
  return all.filter(({ key }) => key.includes("/data/")).sort((a, b) => b.bytes - a.bytes).map(({ key }) => key);
}

async function main(): Promise<void> {
  const server = spawn(join(parts, "s3"), [String(S3_PORT)], { stdio: "ignore" });
  const way = await FaultyS3.before(S3_PORT);
  try {
    for (let i = 0; i < 100; i++) {
      if (await s3("PUT", `/${BUCKET}`).then(() => true, () => false)) break;
      await sleep(200);
    }
    await steps(way);
    console.log(JSON.stringify(figures, null, 2));
    giveFigures(figures);
    checks.end();
  } finally {
    way.close();
    server.kill();
    rmSync(work, { recursive: true, force: true });
  }
}

async function steps(way: FaultyS3): Promise<void> {
  const node = (name: string, version = DAGGER) => new ProofNode(parts, work, name, `s3:http://127.0.0.1:${way.port}/${BUCKET}/proof/main/${version}`);
  const fleet = fleetWith(DAGGER);
  const restore = restoreScript(fleet);
  const publish = publishScript(fleet);
  /** The engine of a node answers a pipeline; then the node goes. */
  const answers = (what: string, one: ProofNode, like?: string): Ran => {
    one.startEngine(fleet);
    const ran = one.pipeline(...size);
    one.stopEngine();
    check(`${what}: the engine answers${like === undefined ? "" : ran.output === like ? ", with the cache" : ", with an empty cache"}`, ran.output !== "");
    return ran;
  };

  const first = node("first");
  let ran = await first.run(restore);
  check("no seed yet: the first node begins cold", ran.status === 0 && first.outcome === "none", ran);
  first.startEngine(fleet);
  const cold = first.pipeline(...size);
  ran = await first.run(publish, "publish", "at-end");
  check("an engine that runs is not published", ran.status === 1 && ran.output === "Not published: the engine did not stop cleanly, or runs.\n", ran);
  first.stopEngine();
  ran = await first.run(publish, "publish", "at-end");
  check("a clean stop is published", ran.status === 0 && /^Published \d+ bytes of cache, \d+ of them uploaded, in \d+ s\.\n$/.test(ran.output), ran);
  const [, bytes = "", uploaded = ""] = /Published (\d+) bytes of cache, (\d+)/.exec(ran.output) ?? [];
  Object.assign(figures, { coldPipelineSeconds: cold.seconds, stateBytes: Number(bytes), uploadedBytes: Number(uploaded), publishSeconds: ran.seconds });
  ran = await first.run(publish, "publish", "at-end");
  check("and not again before its time", ran.status === 0 && /^Not published: the newest seed is \d+ s old, less than 6h\.\n$/.test(ran.output), ran);
  first.remove();

  const second = node("second");
  ran = await second.run(restore);
  check("a second node restores it", ran.status === 0 && second.outcome === "restored", ran);
  figures.restoreSeconds = ran.seconds;
  const warm = answers("restored", second, cold.output);
  check("its pipeline comes from the cache", warm.output === cold.output, `${cold.output} is not ${warm.output}`);
  figures.warmPipelineSeconds = warm.seconds;
  ran = await second.run(restore);
  check("a node that has a cache keeps it", ran.status === 0 && ran.output === "The node has a cache already.\n", ran);
  ran = await second.run(publish, "publish", "now");
  check("publishing again uploads what is new", ran.status === 0, ran);
  figures.secondUploadBytes = Number(/cache, (\d+)/.exec(ran.output)?.[1]);
  figures.secondPublishSeconds = ran.seconds;

  if (only === "figures") return;

  second.startEngine(fleet);
  second.pipeline(...size);
  second.killEngine();
  ran = await second.run(publish, "publish", "now");
  check("an engine that was killed is not published", ran.status === 1 && ran.output === "Not published: the engine did not stop cleanly, or runs.\n", ran);
  second.remove();

  const third = node("third");
  way.mood = { bytesPerSecond: 2e6 };
  const restoring = third.start(restore);
  await sleep(4000);
  const half = readdirSync(third.disk);
  restoring.kill("SIGKILL");
  await ended(restoring);
  check("a restore that is killed leaves nothing in place", half.includes("dagger-incoming") && !readdirSync(third.disk).includes("dagger"), half.join(" "));
  way.mood = "well";
  ran = await third.run(restore);
  check("and begins again", third.outcome === "restored", ran);
  answers("restored after a kill", third, cold.output);
  const publishing = third.start(publish, "publish", "now");
  way.mood = { bytesPerSecond: 1e6 };
  await sleep(3000);
  publishing.kill("SIGKILL");
  await ended(publishing);
  way.mood = "well";
  third.remove();

  const fourth = node("fourth");
  ran = await fourth.run(restore);
  check("a publish that was killed takes nothing from others", fourth.outcome === "restored", ran);
  answers("after a killed publish", fourth, cold.output);
  fourth.remove();

  const hurried = restoreScript(fleetWith(DAGGER, { restoreWithin: "5s" }));
  for (const [mood, outcome, what] of [
    [{ bytesPerSecond: 2e5 }, "late", "too slow"],
    ["expired", "unreachable", "expired credentials"],
    ["silent", "unreachable", "no answer"],
  ] as const) {
    const one = node(outcome + String(what.length));
    way.mood = mood;
    ran = await one.run(hurried);
    way.mood = "well";
    check(`${what}: cold after 5 s, as "${outcome}"`, ran.status === 0 && one.outcome === outcome && ran.seconds < 12, ran);
    answers(what, one);
    ran = await one.run(publish, "publish", "at-end");
    check(`${what}: what it knows takes no other's place`, ran.status === 0 && ran.output.startsWith("Not published: "), ran);
    way.mood = "expired";
    ran = await one.run(publish, "publish", "now");
    way.mood = "well";
    check(`${what}: publishing with expired credentials fails with a sentence`, ran.status === 1 && ran.output.startsWith("Not published: "), ran);
    one.remove();
  }

  const large = node("large");
  ran = await large.run(restoreScript(fleetWith(DAGGER, { maxGb: 1 })).replaceAll("1000000000", "1000000"));
  check("too large: cold", large.outcome === "too-large", ran);
  answers("too large", large);
  large.remove();

  const other = node("other", "0.21.7");
  ran = await other.run(restore);
  check("another version has no seed", other.outcome === "none", ran);
  other.remove();

  const [pack = ""] = await packs();
  const whole = Buffer.from(await s3("GET", `/${BUCKET}/${pack}`), "latin1");
  const tampered = Buffer.from(whole);
  tampered[Math.floor(tampered.length / 2)]! ^= 0xff;
  for (const [what, content] of [["tampered", tampered], ["truncated", whole.subarray(0, whole.length / 2)]] as const) {
    await s3("PUT", `/${BUCKET}/${pack}`, content);
    const one = node(what);
    ran = await one.run(restore);
    check(`${what}: nothing of it is used`, one.outcome === "damaged", ran);
    answers(what, one);
    one.remove();
  }
}

void main();
