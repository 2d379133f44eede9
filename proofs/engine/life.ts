import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Checks } from "../report/checks";
import { ended, ProofEngine, type Ran } from "./engine-dir";
import { bounded, inPod, rendered } from "./rendered";

const rounded = (value: number) => Number(value.toFixed(1));
const timed = (work: () => unknown): number => {
  const start = Date.now();
  work();
  return rounded((Date.now() - start) / 1000);
};

/** An engine's life in its pod: it starts, is asked, waits for its jobs, stops, comes again, is killed. */
export async function life(parts: string, work: string, dagger: string, { check }: Checks): Promise<object> {
  const { engineJson, ready, drain, wait } = rendered(dagger);
  const engine = new ProofEngine(parts, "life", mkdtempSync(join(work, "life-")));
  const figures: Record<string, number> = {};

  figures.startSeconds = timed(() => engine.start(bounded(engineJson)));
  const inside = (script: string) => ended(engine.inside(script));
  let ran = await inside("stat -c '%a %g %F' /run/dagger/engine.sock; stat -c '%a' /run/dagger");
  check("its socket is for group 1001, in a folder that everybody may enter", ran.output === "660 1001 socket\n755\n", ran);
  const as = (user: number, group: number) => ended(engine.runner("setpriv", `--reuid=${user}`, `--regid=${group}`, "--clear-groups", "env", "HOME=/tmp", "sh", "-c", "echo '{version}' | timeout 10 dagger query --silent"));
  ran = await as(1001, 1001);
  check("the user of runners gets an answer", ran.status === 0 && ran.output.includes(dagger), ran);
  ran = await as(1002, 1002);
  check("another user gets none", ran.status !== 0, ran);
  ran = await inside(ready);
  check("the readiness probe succeeds", ran.status === 0, ran);
  figures.readinessSeconds = rounded(ran.seconds);

  const waits = (script: string) => ended(engine.runner("sh", "-c", inPod(script)));
  const all = await Promise.all(Array.from({ length: 16 }, () => waits(wait)));
  check("16 init containers at once find it ready", all.every(({ status, output }) => status === 0 && output.endsWith(`Dagger Engine on node-1 is ready: v${dagger}\n`)), all.find(({ status }) => status !== 0));
  figures.slowestOf16InitContainers = rounded(Math.max(...all.map(({ seconds }) => seconds)));

  // A runner's connection belongs to its own network namespace: the hook must see it all the same.
  const job = engine.pipeline("job", { seconds: 25 });
  await sleep(8000);
  ran = await inside(drain);
  const jobEnded = await Promise.race([job, sleep(3000, undefined)]);
  check("the hook of a stop waits for a job in another network namespace", ran.status === 0 && jobEnded?.status === 0, jobEnded ?? "the job still runs");
  figures.stopSeconds = timed(engine.stop);
  engine.start(bounded(engineJson));
  const again = await engine.pipeline("job", { seconds: 25 });
  check("after a restart the job's steps come from the cache", again.output === jobEnded?.output, `${again.output} is not ${jobEnded?.output}`);

  const long = engine.pipeline("long", { seconds: 300 });
  await sleep(8000);
  ran = await inside(rendered(dagger, { drainTimeout: "10s" }).drain);
  const cut: Ran = await long;
  check("when the drain's time is over the job is cut, and hears so", ran.status === 0 && cut.status !== 0, { hook: ran, job: cut });
  engine.stop();
  engine.start(bounded(engineJson));
  check("and the cache is there still", (await engine.pipeline("job", { seconds: 25 })).output === jobEnded?.output);

  engine.kill();
  engine.start(bounded(engineJson));
  const cold = await engine.pipeline("job", { seconds: 1 });
  check("an engine that was killed begins again with an empty cache", cold.status === 0 && cold.output !== jobEnded?.output, cold);

  // The socket's file of an engine that was killed stays; a runner that waits meanwhile must find the next one.
  const before = waits(wait);
  await sleep(1000);
  ran = await before;
  check("a runner finds it again", ran.status === 0, ran);
  engine.stop();
  rmSync(engine.state, { recursive: true, force: true });
  return figures;
}
