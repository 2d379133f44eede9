import { EXAMPLES } from "./examples";
import { allowed } from "./evaluate";
import { casesOf, installation } from "./questions";

/** Writes all different questions of all examples, with this project's answers, for a simulator to answer them too. */
const questions = new Map<string, { label: string; answer: boolean; question: unknown }>();
for (const yaml of Object.values(EXAMPLES)) {
  for (const { role, label, question } of casesOf(installation(yaml))) {
    questions.set(JSON.stringify(question), { label: `${role}: ${label}`, answer: allowed(question), question });
  }
}
process.stdout.write(JSON.stringify([...questions.values()]));
