import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { bootstrapConfig, type BootstrapConfig } from "../modules/bootstrap/config";
import { deliveryRepository, deliveryServer } from "../modules/bootstrap/token-trust";
import { deployRole, planRole } from "../modules/contract/delivery-names";
import { GITHUB_COM } from "../modules/facts/github-hosts";
import { configFile, loadConfig } from "../modules/load-config";
import { UserError } from "../modules/user-error";
import { githubToken, repositoryWithIds } from "./doctor/delivery-checks";
import { outputFolder } from "./terraform/stacks";
import { BOOTSTRAP, bootstrapState, synthesizeBootstrap } from "../stacks/bootstrap";

export interface BootstrapOptions {
  /** Where to write the stack; default: the folder `bootstrap` where `npm start` writes. */
  readonly out?: string;
  /** Write nothing; ask GitHub for the ids of the repository. */
  readonly ids: boolean;
}

/**
 * Writes the stack that an administrator applies once.
 * @returns what to do next, and what to think of, if anything.
 * @throws UserError if the configuration lacks something, or if a state lies where it was for all installations.
 */
export async function writeBootstrap({ out = join(outputFolder(), BOOTSTRAP), ids }: BootstrapOptions): Promise<{ readonly text: string; readonly note?: string }> {
  if (ids) return { text: `Write into delivery:\n\n    repository: ${await repositoryWithIds(loadConfig(), githubToken())}` };
  const config = bootstrapConfig(loadConfig(), configFile());
  const [former, state] = [`.terraform-state/${BOOTSTRAP}.tfstate`, bootstrapState(config.name)];
  if (existsSync(former) && !existsSync(state)) {
    throw new UserError(`${former} is where this stack's state was for all installations. If it is that of ${config.name}:\n    mkdir -p ${dirname(state)} && mv ${former} ${state}\nNothing was written.`);
  }
  const folder = `${synthesizeBootstrap(config, out)}/stacks/${BOOTSTRAP}`;
  const text = [
    `${BOOTSTRAP}: state bucket ${config.state.bucket}, roles github-${config.name}-plan and github-${config.name}-deploy`,
    `for ${config.delivery.repository}. Apply it with an administrator's credentials:`,
    "",
    `    terraform -chdir=${folder} init && terraform -chdir=${folder} apply`,
    "",
    `Its state is ${state}; keep a copy of that file in the bucket. Then tell GitHub, with the`,
    "outputs that Terraform prints:",
    "",
    ...variables(config).map(([name, value]) => `    gh variable set ${name} --body ${value}`),
  ].join("\n");
  const trustsNoIds = deliveryRepository(config.delivery).ids === undefined && deliveryServer(config) === GITHUB_COM;
  return { text, ...(trustsNoIds ? { note: TRUSTS_NO_IDS } : {}) };
}

const TRUSTS_NO_IDS =
  "\nThe roles trust tokens without ids only. Those of repositories made, renamed or moved since 15 July 2026 have them:\n" +
  "npm run bootstrap -- --ids finds what to write into delivery.";

/** What the workflows have to know of the configuration. */
const variables = ({ region, name, delivery: { branch, environment } }: BootstrapConfig): [string, string][] => [
  ["AWS_REGION", region],
  ["PLAN_ROLE_ARN", `arn:…:role/${planRole(name)}`],
  ["DEPLOY_ROLE_ARN", `arn:…:role/${deployRole(name)}`],
  ...(branch === "main" ? [] : [["DELIVERY_BRANCH", branch] as [string, string]]),
  ...(environment === "production" ? [] : [["DELIVERY_ENVIRONMENT", environment] as [string, string]]),
];
