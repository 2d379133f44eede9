/* eslint-disable @typescript-eslint/no-unsafe-member-access -- objects are changed on purpose */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { JobCluster } from "../../support/job-cluster";
import { EXISTING_VPC, minimal } from "../../support/project";

const SIZE = "runners: [{cpu: 2, memory: 8Gi, max: 20}]";
const FOOTNOTE = `
Kubernetes and GitHub tell times to the second. A segment is what a moment took after all before it were there: 0s is what was
there already, such as the node. What no object tells is not guessed: its time is in the segment that names it in brackets.
`;
let place: JobCluster;
const begin = async (yaml = minimal(`fleets: [{name: main, ${SIZE}}]`), secondsAgo = 600) => {
  place = new JobCluster(yaml, secondsAgo);
  await place.api.listen();
};
beforeEach(() => begin());
afterEach(() => place.remove());

/** A runner that comes to a node where all is ready. */
const WARM = { assigned: 100, pod: 101, bound: 101, cli: 102, answered: 104, image: 104, started: 105, taken: 108 };
const table = (text: string) => text.replace(/ {2,}/g, "  ").replace(/ +$/gm, "");

test("one job, moment by moment; a node that is initialised after the pod was bound was not waited for so long", async () => {
  place.runner("r1");
  const { status, stdout, stderr } = await place.call("timeline", ["--job", "123/build"]);
  expect([status, stderr]).toEqual([0, ""]);
  expect(table(stdout)).toBe(`acme/app 123 build on dagger-ci-main-2c-8g, runner r1, node node-of-r1 (m6id.2xlarge)
  <+2>  assigned
  <+3>  1s  pod  ARC
  <+5>  2s  node claim  Karpenter
  <+9>  4s  launched  AWS
  <+44>  35s  registered  <- slowest  AWS
  <+58>  14s  initialised  Kubernetes
  <+58>  0s  bound  Kubernetes
  <+66>  8s  CLI image  images
  <+71>  5s  engine ready  engine
  <+73>  2s  engine answered  engine
  <+85>  12s  runner image  images
  <+86>  1s  started  Kubernetes
  <+90>  4s  job taken  GitHub
  1m 28s from assigned on <+2> UTC
  dagger-cli: registry.dagger.io/engine:v0.21.9 was on the node
  runner: ghcr.io/actions/actions-runner:2.336.0 pulled in 11.2 s, 11.8 s with waiting, 916 MB
${FOOTNOTE}`);
  expect(place.api.requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
});

test("several jobs, and their segments; what was there already takes no time", async () => {
  place.runner("r1");
  place.runner("r2", WARM, { node: "node-of-r1", job: "lint" });
  const { stdout } = await place.call("timeline");
  expect(table(stdout)).toBe(`began (UTC)  total  slowest  job  set  runner
<+2>  1m 28s  35s  registered  acme/app 123 build  dagger-ci-main-2c-8g  r1
<+100>  8s  3s  job taken  acme/app 123 lint  dagger-ci-main-2c-8g  r2

until  whose  jobs  p50  p90  p99  most
pod  ARC  2  1s  1s  1s  1s
node claim  Karpenter  2  0s  2s  2s  2s
launched  AWS  2  0s  4s  4s  4s
registered  AWS  2  0s  35s  35s  35s
initialised  Kubernetes  2  0s  14s  14s  14s
bound  Kubernetes  2  0s  0s  0s  0s
CLI image  images  2  1s  8s  8s  8s
engine ready  engine  2  0s  5s  5s  5s
engine answered  engine  2  2s  2s  2s  2s
runner image  images  2  0s  12s  12s  12s
started  Kubernetes  2  1s  1s  1s  1s
job taken  GitHub  2  3s  4s  4s  4s
total  2  8s  1m 28s  1m 28s  1m 28s
${FOOTNOTE}`);
});

test("as JSON, with all moments as they are told", async () => {
  place.runner("r2", WARM);
  const { stdout } = await place.call("timeline", ["--json", "--job", "r2"]);
  const segment = (until: string, seconds: number, end: number, owner: string, more: string[] = []) => ({ until, seconds, with: more, open: false, owner, end: `<+${end}>` });
  const spread = (until: string, owner: string, seconds: number) => ({ until, owner, jobs: 1, p50: seconds, p90: seconds, p99: seconds, most: seconds });
  expect(JSON.parse(stdout)).toEqual({
    jobs: [
      {
        runner: "r2",
        uid: "uid-r2",
        namespace: "dagger-main",
        fleet: "main",
        set: "dagger-ci-main-2c-8g",
        kind: "scale-set",
        node: "node-of-r2",
        repository: "acme/app",
        run: "123",
        job: "build",
        pulls: [
          { container: "dagger-cli", image: "registry.dagger.io/engine:v0.21.9", seconds: 0, waited: 0 },
          { container: "runner", image: "ghcr.io/actions/actions-runner:2.336.0", seconds: 11.2, waited: 11.842, bytes: 916_000_000 },
        ],
        failures: 0,
        idles: false,
        persistent: false,
        state: "has begun",
        from: "assigned",
        to: "taken",
        start: "<+100>",
        seconds: 8,
        segments: [
          segment("pod", 1, 101, "ARC"),
          segment("bound", 0, 101, "Kubernetes", ["claim", "launched", "registered", "initialised"]),
          segment("cli", 1, 102, "images"),
          segment("answered", 2, 104, "engine", ["engine"]),
          segment("image", 0, 104, "images"),
          segment("started", 1, 105, "Kubernetes"),
          segment("taken", 3, 108, "GitHub"),
        ],
        moments: { assigned: "<+100>", pod: "<+101>", bound: "<+101>", cli: "<+102>", answered: "<+104>", image: "<+104>", started: "<+105>", taken: "<+108>" },
        notes: [],
      },
    ],
    segments: [spread("pod", "ARC", 1), spread("cli", "images", 1), spread("image", "images", 0), spread("started", "Kubernetes", 1), spread("taken", "GitHub", 3)],
    total: { jobs: 1, p50: 8, p90: 8, p99: 8, most: 8 },
  });
});

test("what waits still is told until now; pods of other kinds are no jobs", async () => {
  place.runner("r1", { assigned: 0, pod: 1, claim: 3, launched: 7 });
  place.put({ ...structuredClone(place.find("Pod", "r1")), metadata: { name: "warm-1", namespace: "dagger-main", uid: "pod-warm-1", labels: { app: "warm" }, creationTimestamp: place.at(0) } });
  const said = async () => table((await place.call("timeline")).stdout).replace(/9m [45]\ds|10m( \ds)?/g, "10m");
  expect(await said()).toContain("10m  registered: waits still  <- slowest  AWS\n  10m from assigned on <+0> UTC, waits\n");
  place.runner("r2", { assigned: 1 });
  expect(await said()).toBe(`began (UTC)  total  slowest  job  set  runner
<+0>  10m, waits  10m  registered, still  no job yet  dagger-ci-main-2c-8g  r1
<+1>  10m, waits  10m  pod, still  no job yet  dagger-ci-main-2c-8g  r2

None of them has begun.
${FOOTNOTE}`);
});

test("nothing is there", async () => {
  expect(await place.call("timeline")).toEqual({ status: 0, stderr: "", stdout: "No job of these sets is on its way, and none has begun that still has its runner. --watch records jobs as they come.\n" });
});

test("--since and --set leave out", async () => {
  place.remove();
  await begin(minimal(), 7200);
  place.runner("old", { ...WARM, assigned: 90 });
  place.runner("other", { ...WARM, assigned: 3700, pod: 3701, bound: 3702, cli: 3703, answered: 3704, image: 3705, started: 3706, taken: 3707 }, { set: "dagger-ci-main-4c-16g" });
  place.runner("r1", { ...WARM, assigned: 3710, pod: 3711, bound: 3712, cli: 3713, answered: 3714, image: 3715, started: 3716, taken: 3717 });
  const runners = async (...args: string[]) => (JSON.parse((await place.call("timeline", ["--json", ...args])).stdout) as { jobs: { runner: string }[] }).jobs.map(({ runner }) => runner);
  expect([await runners(), await runners("--since", "1h"), await runners("--set", "dagger-ci-main-4c-16g")]).toEqual([["old", "other", "r1"], ["other", "r1"], ["other"]]);
});

describe("clocks, pods and sets that mislead", () => {
  const one = async () => (JSON.parse((await place.call("timeline", ["--json"])).stdout) as { jobs: { seconds: number; segments: { until: string; seconds: number }[]; notes: string[]; state: string; to: string }[] }).jobs[0]!;
  const sum = ({ segments }: Awaited<ReturnType<typeof one>>) => segments.reduce((all, { seconds }) => all + seconds, 0);

  test("a clock that is behind makes no negative segment, and is told", async () => {
    place.runner("r1", { ...WARM, started: 99, taken: 108 });
    const job = await one();
    expect([job.notes, sum(job), job.segments.find(({ until }) => until === "started")!.seconds]).toEqual([['clocks differ: "started" is told 5 s before "runner image"'], 8, 0]);
  });

  test("pods that failed before are told", async () => {
    place.runner("r1", WARM);
    place.find("EphemeralRunner", "r1").status.failures = { "uid-a": place.at(50), "uid-b": place.at(60), "pod-r1": place.at(70) };
    expect((await one()).notes).toEqual(['2 pods of it failed before, and the time of that is in "pod"']);
  });

  test("an engine that was started again after it had answered tells nothing", async () => {
    place.runner("r1", { ...WARM, engine: 300 });
    expect((await one()).segments.find(({ until }) => until === "answered")).toMatchObject({ seconds: 2, with: ["engine"] });
  });

  test("an engine whose readiness is looked at later has answered before", async () => {
    place.runner("r1", { ...WARM, engine: 106 });
    expect((await one()).segments.map(({ until, seconds }) => [until, seconds]).slice(3, 5)).toEqual([["engine", 2], ["answered", 0]]);
  });

  test("a runner that a set keeps has not waited for the job that it got in the end", async () => {
    place.remove();
    await begin(minimal(`fleets: [{name: main, ${SIZE.replace("max", "min: 1, max")}}]`));
    place.runner("r1", { ...WARM, taken: 500 });
    const job = await one();
    expect([job.seconds, job.to, job.state, job.notes]).toEqual([5, "started", "has begun", ["its set keeps runners, and only GitHub tells when its job was queued: the way ends with its start (set GITHUB_TOKEN)"]]);
  });

  test("a runner without a job is idle", async () => {
    const { taken: _, ...idle } = WARM;
    place.runner("r1", idle);
    const job = await one();
    expect([job.seconds, job.state]).toEqual([5, "idle"]);
  });
});

describe("with GitHub", () => {
  let github: Server;
  let answer: (url: string) => readonly [number, object];
  const env = () => ({ GITHUB_TOKEN: "t", GITHUB_API_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}` });
  const asked: string[] = [];
  beforeEach(async () => {
    github = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      const [status, body] = answer(request.url!);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((done) => void github.listen(0, "127.0.0.1", done));
    asked.length = 0;
  });
  afterEach(() => {
    github.closeAllConnections();
    github.close();
  });
  const job = (runner: string, queued: number) => ({ name: "build", runner_name: runner, created_at: place.at(queued), started_at: place.at(107), steps: [{ name: "Set up job", started_at: place.at(109) }, { name: "Run", started_at: place.at(111) }] });

  test("queue and first step are told; a runner that was there before its job waits from the queue on", async () => {
    place.runner("r1", { ...WARM, taken: 108 });
    place.runner("r2", { ...WARM, taken: 108 });
    answer = (url) => [200, url.endsWith("page=1") ? { total_count: 2, jobs: [job("r1", 95)] } : { total_count: 2, jobs: [job("r2", 106)] }];
    const { stdout, stderr } = await place.call("timeline", ["--json"], env());
    const { jobs } = JSON.parse(stdout) as { jobs: { from: string; to: string; seconds: number; segments: { until: string; seconds: number }[] }[] };
    expect([stderr, asked]).toEqual(["", ["/repos/acme/app/actions/runs/123/jobs?filter=all&per_page=100&page=1 Bearer t", "/repos/acme/app/actions/runs/123/jobs?filter=all&per_page=100&page=2 Bearer t"]]);
    expect(jobs.map(({ from, to, seconds }) => [from, to, seconds])).toEqual([["queued", "step", 14], ["queued", "step", 3]]);
    expect(jobs[1]!.segments.filter(({ seconds }) => seconds > 0)).toEqual([expect.objectContaining({ until: "taken", seconds: 2 }), expect.objectContaining({ until: "step", seconds: 1 })]);
  });

  test("what it does not tell is said", async () => {
    place.runner("r1", WARM);
    answer = () => [404, { message: "Not Found" }];
    const { status, stderr, stdout } = await place.call("timeline", ["--job", "r1"], env());
    expect([status, stderr]).toEqual([0, "GitHub does not tell of <server>/repos/acme/app/actions/runs/123/jobs: 404, Not Found\n"]);
    expect(stdout).toContain("8s from assigned");
  });
});

test("a guest's jobs, and those of the summerwind kind, by their names in the cluster", async () => {
  place.remove();
  const arc = "{mode: existing, namespace: arc, serviceAccount: arc-controller, version: 0.14.2}";
  const sizes = "runners: [{cpu: 2, memory: 8Gi, max: 20}, {name: guide, kind: runner-deployment, cpu: 2, memory: 8Gi, scaling: {max: 2, repositories: [app]}}]";
  await begin(minimal(`${EXISTING_VPC}\ncluster: {mode: existing, name: platform, guest: true, supportNodes: {nodeSelector: {a: b}}}\naddons: {karpenter: {mode: existing}, summerwind: existing, arc: ${arc}}\nfleets: [{name: main, ${sizes}}]\n`).replace("name: dagger-ci", "name: team-b"));
  place.runner("of-the-first", WARM);
  place.runner("ours", WARM, { set: "team-b-main-2c-8g", namespace: "dagger-team-b-main" });
  place.put({
    apiVersion: "actions.summerwind.dev/v1alpha1",
    kind: "Runner",
    metadata: { name: "old", namespace: "dagger-team-b-main", uid: "uid-old", creationTimestamp: place.at(200), labels: { "runner-deployment-name": "dagger-runner-deployment-guide" } },
    status: { phase: "Running", workflow: { repository: "acme/app", runID: "9", job: "lint" } },
  });
  place.put(place.pod("old", { set: "", namespace: "dagger-team-b-main", story: { pod: 201, bound: 203, cli: 205, answered: 206, started: 210 }, nodeName: "n" }));
  const { stdout } = await place.call("timeline");
  expect(table(stdout).split("\n").slice(1, 3)).toEqual(["<+100>  8s  3s  job taken  acme/app 123 build  team-b-main-2c-8g  ours", "<+200>  10s  4s  started  acme/app 9 lint  team-b-main-guide  old"]);
});

describe("it ends with a sentence", () => {
  test.each<[string, string[], () => unknown, string]>([
    ["for a set that is none", ["--set", "dagger-ci-main-2c-9g"], () => undefined, "--set dagger-ci-main-2c-9g: there is no such set; did you mean dagger-ci-main-2c-8g?\n"],
    ["for a time that is none", ["--since", "yesterday"], () => undefined, "--since yesterday: a duration such as 24h or 1h30m\n"],
    ["for a job that is none", ["--job", "7/x"], () => undefined, "no runner of these sets has the job 7/x, or is called so. A runner knows its job only when it has taken it, and goes with it: npm run timeline lists those that are there, --watch records them\n"],
    ["without rights", [], () => (place.api.refusals.Event = 'events is forbidden: User "u" cannot list resource'), 'cannot list Event in namespace dagger-main: the cluster answers 403: events is forbidden: User "u" cannot list resource\n'],
    ["with a record and the cluster at once", ["--from", "a", "--watch", "b"], () => undefined, "error: option '--watch <file>' cannot be used with option '--from <file>'\n"],
  ])("%s", async (_what, args, breakIt, stderr) => {
    breakIt();
    expect(await place.call("timeline", args)).toEqual({ status: 1, stdout: "", stderr });
  });
});
