import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseConfig } from "../../../modules/load-config";
import { fleetAddresses, runningJobs, runUpgrade } from "../../../operations/upgrade/run-upgrade";
import { actionText, planUpgrade, upgradeText, type Deployed } from "../../../operations/upgrade/steps";
import type { RunTerraform } from "../../../operations/terraform/terraform";
import { planCase } from "../../support/plans";
import { EXISTING, minimal, synthesize } from "../../support/project";

/** The default configuration, deployed; a test changes what was deployed before. */
const deployed = (changes: Partial<Deployed> = {}): Deployed => ({
  kubernetes: "1.35",
  addons: { karpenter: "1.14.1", arc: "0.14.2", certManager: "", summerwind: "", prometheus: "" },
  fleets: new Map([["main", { dagger: "0.21.9", namespace: "dagger-main", ami: "al2023@v20260930" }]]),
  ...changes,
});
const addons = (changes: Partial<Deployed["addons"]>) => ({ addons: { ...deployed().addons, ...changes } });
const plan = (before: Partial<Deployed>, yaml = "") => planUpgrade(deployed(before), parseConfig(minimal(yaml)));
const steps = (...args: Parameters<typeof plan>) => plan(...args).actions.map(actionText);
const fleet = (name: string, dagger: string) => `{name: ${name}, dagger: ${dagger}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}`;

test("nothing changed, nothing to do", () => {
  expect(plan({})).toEqual({ changes: [], actions: [], refusals: [] });
  expect(upgradeText(plan({}))).toBe("What is deployed has the configuration's versions.");
});

test("what was never deployed is no upgrade", () => {
  expect(plan({ kubernetes: "", ...addons({ karpenter: "", arc: "" }) }).actions).toEqual([]);
});

test.each([
  ["up", "0.13.1", ""],
  ["up to one that is asked for", "0.14.2", "versions: {arc: 0.15.1}\n"],
  ["back", "0.15.1", ""],
])("another ARC minor, %s: idle, sets off, addons, sets on", (_way, arc, yaml) => {
  expect(steps(addons({ arc }), yaml)).toEqual([
    "stop if others have runner sets in the cluster",
    "stop if a job runs in dagger-main",
    "remove all runner sets",
    "apply the addons stack",
    "apply the dagger stack",
  ]);
});

test("another minor of an ARC that the cluster has: sets off, and on again when it is there", () => {
  const existing = `${EXISTING}\naddons: {arc: {mode: existing, namespace: arc, serviceAccount: arc, version: 0.15.1}}\nversions: {arc: 0.15.1}\n`;
  expect(steps(addons({ arc: "0.14.2" }), existing)).toEqual([
    "stop if a job runs in dagger-main",
    "remove all runner sets",
    "stop unless the ARC in arc is of 0.15",
    "apply the addons stack",
    "apply the dagger stack",
  ]);
  expect(steps(addons({ arc: "0.15.0" }), existing)).toEqual([]);
});

test("a fleet with seeds is told what becomes of them", () => {
  const seeded = (name: string) => `{name: ${name}, seed: {publish: true}, nodes: {ami: al2023@v20261030}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}`;
  const { changes } = plan({}, `fleets: [${seeded("main")}, ${seeded("next")}]\n`);
  expect(changes.map(({ what, means }) => [what, means])).toEqual([
    ["AMI of fleet main", expect.stringMatching(/; new nodes begin with the newest seed, and what came after it is lost$/)],
    ["fleet next", "nothing: it comes up beside the others; seeds of another version are of no use to it"],
  ]);
});

test("an ARC patch: both charts, nothing removed", () => {
  expect(steps(addons({ arc: "0.14.1" }))).toEqual(["apply the addons stack", "apply the dagger stack"]);
  expect(steps(addons({ arc: "0.15.0" }), "versions: {arc: 0.15.1}\n")).toEqual(["apply the addons stack", "apply the dagger stack"]);
});

test("a new Dagger version is a new fleet beside the old one, which goes when it is idle", () => {
  const both = `fleets: [${fleet("main", "0.21.9")}, ${fleet("next", "0.21.10")}]`;
  expect(steps({}, both)).toEqual(["add fleet next beside the others"]);
  const withBoth = new Map([...deployed().fleets, ["next", { dagger: "0.21.10", namespace: "dagger-next", ami: "al2023@v20260930" }]]);
  expect(steps({ fleets: withBoth }, `fleets: [${fleet("next", "0.21.10")}]`)).toEqual([
    "stop if a job runs in dagger-main",
    "apply the dagger stack",
  ]);
});

test("a name in runs-on handed to a new fleet is refused: the end of the old set would delete the scale set of both", () => {
  const named = (fleetName: string) => `fleets: [{name: ${fleetName}, dagger: 0.21.9, runners: [{name: small, runsOn: ci-small, cpu: 2, memory: 8Gi, max: 1}]}]`;
  const fleets = new Map([["main", { dagger: "0.21.9", namespace: "dagger-main", ami: "al2023@v20260930", runsOn: ["ci-small"] }]]);
  expect(plan({ fleets }, named("next")).refusals).toEqual([
    "The name ci-small would move from fleet main to next: both runner sets take one scale set of GitHub, and the end of the old one deletes it: " +
      "new jobs queue for ever. Give next another runsOn, move the workflows to it, then remove main.",
  ]);
  expect(plan({ fleets }, named("main")).refusals).toEqual([]);
  expect(plan({ fleets }, `fleets: [${fleet("next", "0.21.9")}]`).refusals).toEqual([]);
});

test("a new Dagger version under a fleet's running jobs is refused, with the way that works", () => {
  const { refusals, actions } = plan({}, `fleets: [${fleet("main", "0.21.10")}]`);
  expect(refusals).toEqual([
    "Fleet main would go from Dagger 0.21.9 to 0.21.10 under its running jobs: leave it at 0.21.9, add a fleet with 0.21.10, move the workflows to its runs-on, then remove main.",
  ]);
  expect(upgradeText({ refusals, actions, changes: [] })).not.toContain("Steps:");
});

test("Kubernetes goes up one minor at a time and never down", () => {
  expect(steps({ kubernetes: "1.34" })).toEqual(["apply the cluster stack"]);
  expect(plan({ kubernetes: "1.33" }).refusals).toEqual(['EKS goes up one minor version at a time, not from 1.33 to 1.35. Set versions.kubernetes: "1.34" first.']);
  expect(plan({ kubernetes: "1.36" }).refusals).toEqual(['EKS cannot go back from 1.36 to 1.35. Set versions.kubernetes: "1.36".']);
});

test("a newer AMI rotates nodes within their budgets", () => {
  const old = new Map([["main", { dagger: "0.21.9", namespace: "dagger-main", ami: "al2023@v20260724" }]]);
  const { changes } = plan({ fleets: old });
  expect(changes).toEqual([
    {
      what: "AMI of fleet main",
      from: "al2023@v20260724",
      to: "al2023@v20260930",
      means: "jobs: no job is cut: Karpenter replaces every node after its jobs, within the disruption budgets; caches: each node's cache is lost with it",
    },
  ]);
  expect(steps({ fleets: old })).toEqual(["apply the dagger stack"]);
});

test("what a change means is what reviews say of it: no row is missing", () => {
  const everything = { kubernetes: "1.34", ...addons({ karpenter: "1.13.0", arc: "0.14.1", certManager: "v1.20.0", summerwind: "0.23.6" }) };
  const { changes } = plan(everything, `addons: {summerwind: install, certManager: install}\nfleets: [${fleet("next", "0.21.9")}]`);
  expect(changes.map(({ what }) => what)).toEqual(["Kubernetes", "Karpenter", "ARC", "cert-manager", "ARC (summerwind)", "fleet next", "fleet main"]);
  for (const { what, means } of changes) expect(means).toMatch(what === "fleet next" ? /^nothing/ : /^jobs: ./);
});

test("the table tells from, to and what restarts, then the steps", () => {
  expect(upgradeText(plan(addons({ arc: "0.13.1", karpenter: "1.13.0" })))).toMatchSnapshot();
});

describe("doing it", () => {
  const pods = [
    { metadata: { name: "r1", namespace: "dagger-main" }, spec: { containers: [{ name: "runner" }] }, status: { phase: "Running" } },
    { metadata: { name: "r2", namespace: "dagger-other" }, spec: { containers: [{ name: "runner" }] }, status: { phase: "Running" } },
    { metadata: { name: "e", namespace: "dagger-main" }, spec: { containers: [{ name: "dagger-engine" }] }, status: { phase: "Running" } },
  ];
  const set = (namespace: string, name: string) => ({ metadata: { namespace, name } });
  const controller = (version: string) => ({
    metadata: { namespace: "arc", name: "arc-gha-rs-controller", labels: { "app.kubernetes.io/part-of": "gha-rs-controller", "app.kubernetes.io/version": version } },
  });
  const attempt = async (
    running: typeof pods,
    { despiteJobs = false, yes = true, sets = [set("dagger-main", "own")], actions = plan(addons({ arc: "0.13.1" })).actions, deployments = [controller("0.14.2")] } = {},
  ) => {
    const asked: string[] = [];
    const outdir = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
    const { stacks } = synthesize(minimal());
    const shown = JSON.stringify(planCase("protection off").json.cluster);
    const run: RunTerraform = (directory, args) => {
      const out = args.find((arg) => arg.startsWith("-out="))?.slice("-out=".length);
      if (out !== undefined) writeFileSync(join(directory, out), "a plan");
      if (args[0] === "show") return Promise.resolve({ code: 0, stdout: shown, output: shown });
      if (args[0] === "plan") asked.push(`${basename(directory)} plan`);
      if (args[0] === "plan") return Promise.resolve({ code: 2, stdout: "", output: "" });
      asked.push(`${basename(directory)} ${args.filter((arg) => !/^-(input|no-color|lock|auto)/.test(arg)).join(" ")}`);
      const stdout = args[0] === "state" ? "helm_release.main_engine_1\nhelm_release.main_2c-8g_2\nkubernetes_manifest.x\nterraform_data.arc-minor\n" : "";
      return Promise.resolve({ code: 0, stdout, output: stdout });
    };
    const options = {
      workspace: { run, outdir, locks: "locks" },
      stacks: Object.entries(stacks).map(([name, template]) => ({ name, dependencies: [], template })),
      plans: join(outdir, "plans"),
      confirm: (question: string) => {
        asked.push(question);
        return Promise.resolve(yes);
      },
      write: () => undefined,
      snapshot: () => Promise.resolve({ pods: running, runnerSets: sets, deployments }),
      despiteJobs,
      say: () => undefined,
    };
    for (const name of Object.keys(stacks)) mkdirSync(join(outdir, "stacks", name), { recursive: true });
    const ended = await runUpgrade(actions, options).catch((error: unknown) => error as Error);
    rmSync(outdir, { recursive: true });
    return { asked, ended };
  };

  test("stops before it would kill a running job, and has changed nothing", async () => {
    const { asked, ended } = await attempt(pods);
    expect(ended?.message).toBe("Jobs run in dagger-main/r1. Nothing more was done: call this again when they have ended, or with --despite-jobs.");
    expect(asked).toEqual([]);
  });

  test("stops before a new controller would delete the runner sets of others, and has changed nothing", async () => {
    const { asked, ended } = await attempt([], { sets: [set("dagger-main", "own"), set("dagger-guest-main", "guest-main-2c-8g")] });
    expect(ended?.message).toBe(
      "Runner sets of others stand in the cluster: dagger-guest-main/guest-main-2c-8g. The new controller would delete them with their jobs. " +
        "Nothing was done: take them away first (docs/several-installations.md), or call this with --despite-jobs.",
    );
    expect(asked).toEqual([]);
  });

  test("with another's controller, takes the sets away, and makes them again only when that is of the new minor version", async () => {
    const actions = [
      { do: "remove runner sets" } as const,
      { do: "controller there", namespace: "arc", minor: "0.15" } as const,
      { do: "apply", stack: "dagger" } as const,
    ];
    const early = await attempt([], { actions });
    expect(early.ended?.message).toBe(
      "The ARC in arc is 0.14.2, not of 0.15. The runner sets are away, and jobs queue at GitHub: let its owner bring it to that version, then call this again.",
    );
    expect(early.asked).toContain("dagger destroy -target=helm_release.main_2c-8g_2");
    expect(early.asked).not.toContain("dagger plan");
    expect((await attempt([], { actions, deployments: [] })).ended?.message).toMatch(/^The ARC in arc is not there\./);
    const inTime = await attempt([], { actions, deployments: [controller("0.15.1")] });
    expect(inTime.ended).toBeUndefined();
    expect(inTime.asked).toContain("dagger plan");
  });

  test("removes the sets and not the engine, then applies addons and dagger, when idle or when told", async () => {
    const expected = [
      "dagger init",
      "dagger state list",
      "dagger destroy -target=helm_release.main_2c-8g_2",
      "addons init",
      "addons state list",
      "addons state rm terraform_data.arc-minor",
      "addons init",
      "addons plan",
      "Apply this to addons?",
      expect.stringMatching(/^addons apply .*addons\/tfplan$/),
      "dagger init",
      "dagger plan",
      "Apply this to dagger?",
      expect.stringMatching(/^dagger apply .*dagger\/tfplan$/),
    ];
    expect((await attempt([])).asked).toEqual(expected);
    expect((await attempt(pods, { despiteJobs: true })).asked).toEqual(expected);
  });

  test("a no to what a plan shows stops it there", async () => {
    const { asked, ended } = await attempt([], { yes: false });
    expect(ended?.message).toBe("addons was not applied. npm run upgrade goes on from there.");
    expect(asked.at(-1)).toBe("Apply this to addons?");
  });

  test("only runner pods that run count as jobs, and only where asked", () => {
    expect(runningJobs(pods, ["dagger-main"])).toEqual(["dagger-main/r1"]);
  });

  test("a new fleet is applied by the addresses of all that is its own", () => {
    const { stacks } = synthesize(minimal(`fleets: [${fleet("main", "0.21.9")}, ${fleet("next", "0.21.8")}]`));
    const addresses = fleetAddresses([{ name: "dagger", dependencies: [], template: stacks.dagger }], ["next"]);
    expect(addresses.length).toBeGreaterThan(5);
    for (const address of addresses) expect(address).toMatch(/^\w+\.next_/);
  });
});
