import type { GithubConfig } from "../config/github";
import type { Refuse } from "./refuse";
import type { Rule, ToldRule } from "./rule";

const githubScope: Rule = ({ github }, { clean, refuse, fleets }) => {
  const check = ({ organization, repository, enterprise }: GithubConfig, refuseHere: Refuse) => {
    if ([organization, repository, enterprise].filter((scope) => scope !== undefined).length !== 1) {
      refuseHere(["github"], { organization, repository, enterprise }, "exactly one of organization, repository and enterprise");
    }
  };
  if (clean("github")) check(github, refuse);
  for (const { fleet, refuse: inFleet } of fleets) {
    if (fleet.github === undefined) continue;
    check(fleet.github, inFleet);
    const deploys = fleet.runners.some(({ kind }) => kind === "runner-deployment");
    if (deploys && clean("github") && fleet.github.server?.url !== github.server?.url) {
      inFleet(["github", "server"], fleet.github.server, "the server of github: one controller of runner deployments serves one GitHub");
    }
  }
};

/** Workflows run on a new machine each time: what they know must be kept elsewhere, and their roles are written for S3. */
const stateOfDelivery: Rule = ({ delivery, state }, { clean, refuse }) => {
  if (!clean("delivery") || !clean("state") || delivery === undefined || state.type === "s3") return;
  const why = state.type === "local" ? "workflows need states that outlive a machine" : "its workflows and the roles of npm run bootstrap reach states in S3 alone";
  refuse(["state"], state, `{type: s3, bucket: …} together with delivery: ${why}`);
};

/** The deploy role may change roles whose names begin with the installation's, and its own begins with `github-`. */
const nameOfDelivery: Rule = ({ name, delivery }, { clean, refuse }) => {
  if (!delivery || !clean("name") || !/^github(-|$)/.test(name)) return;
  refuse(["name"], name, "with delivery, a name that is not github and does not begin with github-: such are those of the roles that deliver");
};

/** The roles of delivery are taken with GitHub's token, and hold all rights themselves. */
const roleOfDelivery: Rule = ({ assumeRole, delivery, state }, { clean, refuse }) => {
  if (!delivery || !clean("delivery")) return;
  const why = "nothing together with delivery: its workflows take roles of their own with GitHub's token, and those may take no other";
  if (assumeRole !== undefined && clean("assumeRole")) refuse(["assumeRole"], assumeRole, why);
  if (clean("state") && state.type === "s3" && state.assumeRole) refuse(["state", "assumeRole"], state.assumeRole, why);
};

export const deliveryRules: readonly ToldRule[] = [
  { check: githubScope, says: ["`github`, and that of a fleet, has exactly one of `organization`, `repository` and `enterprise`; a fleet with runner deployments is on the server of `github`."] },
  { check: stateOfDelivery, says: ["`delivery` needs a state in S3."] },
  { check: roleOfDelivery, says: ["`delivery` goes with no `assumeRole`: its workflows have roles of their own."] },
  { check: nameOfDelivery, says: ["With `delivery`, `name` is not `github` and does not begin with `github-`."] },
];
