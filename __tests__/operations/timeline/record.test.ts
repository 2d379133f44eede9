import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COLD, JobCluster } from "../../support/job-cluster";
import { minimal } from "../../support/project";

let place: JobCluster;
let file: string;
beforeEach(async () => {
  place = new JobCluster(minimal("fleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, max: 20}]}]"));
  await place.api.listen();
  file = join(place.directory, "jobs.jsonl");
});
afterEach(() => place.remove());

/** Waits until the record has a line of a runner that tells of a moment. */
async function until(runner: string, moment: string): Promise<void> {
  const told = (line: string) => line.includes(`"runner":"${runner}"`) && line.includes(`"${moment}":`);
  while (!readFileSync(file, { encoding: "utf8", flag: "a+" }).split("\n").some(told)) await new Promise((done) => setTimeout(done, 20));
}
const shown = async () => (JSON.parse((await place.call("timeline", ["--from", "jobs.jsonl", "--json"])).stdout) as { jobs: { runner: string; state: string; seconds: number; to: string }[] }).jobs;
const watch = () => place.start("timeline", ["--watch", "jobs.jsonl"]);

test("jobs are recorded as they come, and stay when they have gone; an interrupt and a killed writer lose nothing", async () => {
  place.runner("r1", { assigned: 2, pod: 3, claim: 5, launched: 9 });
  const first = watch();
  await until("r1", "launched");
  place.api.objects = [];
  place.runner("r1", COLD);
  await until("r1", "taken");
  // Its events have gone, and then all of it.
  place.api.objects = place.api.objects.filter(({ kind }) => kind !== "Event");
  place.runner("r2", { assigned: 200 });
  await until("r2", "assigned");
  first.kill("SIGINT");
  expect(await first.ended).toEqual({
    status: 130,
    stdout: "",
    stderr: expect.stringMatching(/^recording to jobs\.jsonl, every 3 s until it is interrupted; jobs so far: 1\njobs: 1\njobs: 2\nInterrupted\.\n$/) as string,
  });
  // Another was killed while it wrote.
  appendFileSync(file, '{"runner":"r3","uid":');
  place.api.objects = [];
  place.runner("r2", { assigned: 200, pod: 201 });
  const second = watch();
  await until("r2", "pod");
  second.kill("SIGTERM");
  expect((await second.ended).status).toBe(143);
  expect((await shown()).map(({ runner, state, seconds, to }) => [runner, state, seconds, to])).toEqual([["r1", "has begun", 88, "taken"], ["r2", "broke off", 1, "pod"]]);
  const segments = (await place.call("timeline", ["--from", "jobs.jsonl", "--job", "r1"])).stdout;
  expect(segments).toMatch(/12s +runner image +images/);
});

test("a new pod of a runner begins anew", async () => {
  place.runner("r1", { assigned: 2, pod: 3, bound: 3, cli: 5 });
  const first = watch();
  await until("r1", "cli");
  place.api.objects = [];
  place.runner("r1", { assigned: 2, pod: 100 });
  const runner = place.find("EphemeralRunner", "r1") as unknown as { status: Record<string, unknown> };
  runner.status.failures = { "uid-before": place.at(90) };
  while (!readFileSync(file, "utf8").includes('"failures":1')) await new Promise((done) => setTimeout(done, 20));
  first.kill("SIGINT");
  await first.ended;
  expect((await shown()).map(({ to, seconds }) => [to, seconds])).toEqual([["pod", 98]]);
});

test("a cluster that does not answer for a while is told once, and asked again", async () => {
  place.runner("r1", { assigned: 2 });
  const recording = watch();
  await until("r1", "assigned");
  place.api.refusals.Pod = "etcdserver: leader changed";
  while (!recording.said.stderr.includes("asking again")) await new Promise((done) => setTimeout(done, 20));
  place.api.refusals = {};
  place.runner("r2", { assigned: 3 });
  await until("r2", "assigned");
  recording.kill("SIGINT");
  expect((await recording.ended).stderr.split("\n").filter((line) => line.includes("leader changed"))).toEqual(["cannot list Pod in namespace dagger-main: the cluster answers 403: etcdserver: leader changed; asking again"]);
});

test("what is no record, and no place for one, is told", async () => {
  writeFileSync(file, "hello\n");
  const no = { status: 1, stdout: "", stderr: "jobs.jsonl is no record of npm run timeline -- --watch: no line of it is a job\n" };
  expect(await place.call("timeline", ["--from", "jobs.jsonl"])).toEqual(no);
  expect(await place.call("timeline", ["--watch", "jobs.jsonl"])).toEqual(no);
  expect(readFileSync(file, "utf8")).toBe("hello\n");
  expect((await place.call("timeline", ["--watch", "none/jobs.jsonl"])).stderr).toBe("ENOENT: no such file or directory, open 'none/jobs.jsonl'\n");
});
