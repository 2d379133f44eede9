import type { Rule } from "./rule";

const githubScope: Rule = ({ github }, { clean, refuse }) => {
  if (!clean("github")) return;
  const { organization, repository, enterprise } = github;
  if ([organization, repository, enterprise].filter((scope) => scope !== undefined).length !== 1) {
    refuse(["github"], { organization, repository, enterprise }, "exactly one of organization, repository and enterprise");
  }
};

/** Workflows run on a new machine each time: what they know must be kept elsewhere. */
const stateOfDelivery: Rule = ({ delivery, state }, { clean, refuse }) => {
  if (!clean("delivery") || !clean("state") || delivery === undefined || state.type !== "local") return;
  refuse(["state"], state, "{type: s3, bucket: …} together with delivery: workflows need states that outlive a machine");
};

/** The deploy role may change roles whose names begin with the installation's, and its own begins with `github-`. */
const nameOfDelivery: Rule = ({ name, delivery }, { clean, refuse }) => {
  if (!delivery || !clean("name") || !/^github(-|$)/.test(name)) return;
  refuse(["name"], name, "with delivery, a name that is not github and does not begin with github-: such are those of the roles that deliver");
};

export const deliveryRules: readonly Rule[] = [githubScope, stateOfDelivery, nameOfDelivery];
