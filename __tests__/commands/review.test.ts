import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { all, broken, changes, delivery, noState, reviewText, unchanged } from "../support/delivery";
import { minimal, writeSynthesized } from "../support/project";

const { path, run } = delivery();
const review = async (...args: string[]) => {
  const { status, stdout, stderr } = await run("review", {}, ...args);
  return { status, stdout, stderr };
};
const refusal = (stderr: string) => ({ status: 1, stdout: "", stderr: `${stderr}\n` });
const STALE = "since npm run plan: the plans are of what was before. Run npm run plan again.";
const NO_PLAN = refusal("cdktf.out/plans.json does not exist: run npm run plan first");

test("shows what was planned, and splits it for comments", async () => {
  await run("plan", { ...all(unchanged), cluster: changes, dagger: noState("addons") }, "--no-synth");
  const none = (stack: string) =>
    `<!-- dagger-on-eks plan of ${stack} -->\n<!-- fingerprint 643d5437104296e21d906ecb15b2c96ad278f20cfc4af53b12bb6069bd853726 -->\n### \`${stack}\`: no changes`;
  const waits = "<!-- dagger-on-eks plan of dagger -->\n### `dagger`: waits for addons (never applied)";
  expect(await review()).toEqual({ status: 0, stdout: `${[none("network"), reviewText("cluster"), none("addons"), waits].join("\n\n")}\n`, stderr: "" });
  expect(await review("cluster", "--split", "out")).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(readFileSync(path("out/cluster.md"), "utf8")).toBe(`${reviewText("cluster")}\n`);
  expect(existsSync(path("out/network.md"))).toBe(false);
});

test("a failed plan shows its error", async () => {
  await run("plan", { ...all(unchanged), cluster: broken }, "cluster", "--no-synth");
  expect((await review()).stdout).toBe("<!-- dagger-on-eks plan of cluster -->\n### `cluster`: the plan failed\n\n```text\nBoom\nIt broke.\n```\n");
});

const edit = (yaml: string) => writeFileSync(path("dagger-ci.yaml"), yaml);
test("refuses plans of a configuration that changed since; comments do not count", async () => {
  edit(minimal());
  await run("plan", all(unchanged));
  edit(minimal("# nothing of note\n"));
  expect((await review()).status).toBe(0);
  edit(minimal("versions: {karpenter: 1.14.0}\n"));
  expect(await review()).toEqual(refusal(`dagger-ci.yaml changed ${STALE}`));
  await run("plan", all(unchanged));
  expect((await review()).status).toBe(0);
});

test("refuses plans of stacks that were synthesised differently since", async () => {
  await run("plan", all(unchanged), "--no-synth");
  writeSynthesized(minimal(), path("cdktf.out"));
  expect((await review()).status).toBe(0);
  writeSynthesized(minimal("versions: {karpenter: 1.14.0}\n"), path("cdktf.out"));
  expect(await review()).toEqual(refusal(`addons, dagger were synthesised differently ${STALE}`));
});

test("refuses what a plan that did not come to its end left", async () => {
  await run("plan", all(unchanged), "--no-synth");
  expect((await run("plan", all(unchanged), "netwrk", "--no-synth")).status).toBe(1);
  expect((await review()).status).toBe(0);
  await run("deploy", all(unchanged), "network", "--no-synth", "--yes");
  expect(await review()).toEqual(NO_PLAN);
});

test("says when there is nothing to show", async () => {
  expect(await review()).toEqual(NO_PLAN);
});
