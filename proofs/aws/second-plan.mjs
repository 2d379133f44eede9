// second-plan.mjs WORK STACK...: fails when the plan after an apply changes anything but what the emulator is known to forget,
// and when the lane left out an argument that its provider should know. WORK is the folder that the lane kept.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What the emulator forgets: type of resource, its changes as the plan prints them, and why it is not ours. */
const FORGOTTEN = [
  {
    type: "aws_eks_node_group",
    changes: ["+ update_config {", "+ max_unavailable = 1"],
    why: "moto does not keep updateConfig of CreateNodegroup",
  },
];

const [work, ...stacks] = process.argv.slice(2);
/** Each changed resource of a plan with its lines that begin with a sign of change. */
function changes(plan) {
  const blocks = plan.split(/^ {2}# (?=\S+ )/m).slice(1);
  return blocks.map((block) => {
    const [heading, ...lines] = block.split("\n");
    const signed = lines.map((line) => line.trim()).filter((line) => /^([-+~]|-\/\+|\+\/-) /.test(line) && !/ resource "/.test(line));
    return { heading, type: heading.split(".")[0], signed };
  });
}

let failed = false;
const fail = (text) => {
  failed = true;
  console.log(`FAILED: ${text}`);
};
// updateConfig has to be asked for, or the rule above would hide that it is not.
const requests = readFileSync(join(work, "requests.log"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
for (const { p } of requests.filter(({ op }) => op === "CreateNodegroup")) {
  if (p.updateConfig?.maxUnavailable !== 1) fail(`node group ${p.nodegroupName} was made without updateConfig`);
}
for (const stack of stacks) {
  const plan = readFileSync(join(work, "stacks", stack, "plan2.log"), "utf8");
  if (plan.includes("No changes.")) continue;
  const changed = changes(plan);
  if (changed.length === 0) fail(`${stack}: the second plan is neither empty nor a plan:\n${plan}`);
  for (const { heading, type, signed } of changed) {
    const known = FORGOTTEN.find((each) => each.type === type && heading.endsWith("will be updated in-place") && each.changes.join() === signed.join());
    if (known === undefined) fail(`${stack}: ${heading}\n  ${signed.join("\n  ")}`);
    else console.log(`${stack}: ${heading.split(" ")[0]}: ${known.why}`);
  }
}
process.exit(failed ? 1 : 0);
