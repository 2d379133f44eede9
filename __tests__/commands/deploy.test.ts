import { readdirSync } from "node:fs";
import { all, changes, delivery, noState, reviewText, unchanged, type Answers } from "../support/delivery";
import { planCase } from "../support/plans";

const { path, run } = delivery();
/** The private folder of the plans has another name each time. */
async function deploy(answers: Answers, ...args: string[]) {
  const { calls, ...ended } = await run("deploy", answers, ...args, "--no-synth");
  return { ...ended, calls: calls.map((call) => call.replace(/private-\w+/, "private")) };
}
const apply = (stack: string) => `${stack}: apply -input=false -no-color -lock-timeout=0s ../../private/${stack}/tfplan`;
const applied = (calls: string[]) => calls.filter((call) => call.includes(": apply"));
/** What is said while a changed stack is deployed. */
const said = (stack: string, end = "applied") =>
  `${stack.padEnd(7)}  planning … 1 to change (0.0 s)\n\n${reviewText(stack)}\n\n${stack.padEnd(7)}  applying … \n${stack} ${end} (0.0 s)\n`;

test("applies the saved plans of changed stacks in order, with locks", async () => {
  const { calls, ...ended } = await deploy({ ...all(changes), addons: unchanged }, "--yes");
  expect(ended).toEqual({
    status: 0,
    stdout: `${said("network")}${said("cluster")}addons   planning … no changes (0.0 s)\n${said("dagger")}`,
    stderr: "",
  });
  expect(applied(calls)).toEqual(["network", "cluster", "dagger"].map(apply));
  expect(calls.find((call) => call.startsWith("network: plan"))).toBe(
    "network: plan -input=false -json -detailed-exitcode -lock-timeout=0s -out=../../private/network/tfplan",
  );
  expect(readdirSync(path("cdktf.out")).sort()).toEqual(["manifest.json", "stacks"]);
});

test("stops at the first failure and says what was not begun", async () => {
  const { calls, ...ended } = await deploy({ ...all(changes), cluster: { ...changes, apply: { code: 1, text: "Error: no" } } }, "--yes");
  const stopped = "cluster was applied in part: read the error above, then deploy again. Not begun: addons, dagger.\n";
  expect(ended).toEqual({ status: 1, stdout: `${said("network")}${said("cluster", "FAILED")}${stopped}`, stderr: "Error: no" });
  expect(applied(calls)).toEqual(["network", "cluster"].map(apply));
});

test("stops at a stack that waits", async () => {
  const { calls, ...ended } = await deploy({ ...all(unchanged), cluster: noState("network") }, "cluster", "--yes");
  expect(ended).toEqual({ status: 1, stdout: "cluster  planning … waits for network (never applied) (0.0 s)\nDeploy that first.\n", stderr: "" });
  expect(applied(calls)).toEqual([]);
});

test("applies only the reviewed plan", async () => {
  await run("plan", all(changes), "cluster", "--no-synth");
  await run("review", {}, "cluster", "--split", "out");
  const same = await deploy(all(changes), "cluster", "--yes", "--reviewed", "out/cluster.fingerprint");
  expect([same.status, applied(same.calls)]).toEqual([0, [apply("cluster")]]);
  const moved = { ...changes, show: { text: JSON.stringify(planCase("public endpoint").json.cluster) } };
  const other = await deploy(all(moved), "cluster", "--yes", "--reviewed", "out/cluster.fingerprint");
  expect([other.status, applied(other.calls)]).toEqual([3, []]);
  expect(other.stdout).toBe(`cluster  planning … 1 to change (0.0 s)
<!-- dagger-on-eks plan of cluster -->
<!-- fingerprint 74bc04a98fe28638673c9e550772c7d037759296db6825ded437b9cf544484b6 -->
### \`cluster\`: 1 to change

> [!CAUTION]
> - **Public endpoint widened** \`aws_eks_cluster.cluster_eks_D2B58A35\`: reach: the Kubernetes API becomes public, for 203.0.113.0/24.

#### Changed
\`\`\`diff
# aws_eks_cluster.cluster_eks_D2B58A35
- vpc_config.endpoint_public_access: false
+ vpc_config.endpoint_public_access: true
- vpc_config.public_access_cidrs: "0.0.0.0/0"
+ vpc_config.public_access_cidrs: "203.0.113.0/24"
\`\`\`
cluster: this plan is not the one that was reviewed; something moved since. Nothing was applied.
`);
});

test("does not apply when nobody can be asked", async () => {
  expect(await deploy(all(changes))).toEqual({ status: 1, stdout: "", stderr: "nobody is here to be asked: pass --yes to apply without asking\n", calls: [] });
});
