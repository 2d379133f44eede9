import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { bootstrapConfig, type BootstrapConfig } from "../modules/bootstrap/config";
import { deliveryRepository, deliveryServer } from "../modules/bootstrap/token-trust";
import { deployRole, planRole } from "../modules/contract/delivery-names";
import { GITHUB_COM } from "../modules/facts/github-hosts";
import { configFile, loadConfig } from "../modules/load-config";
import { UserError } from "../modules/user-error";
import { command, runCommand } from "../operations/command";
import { githubToken, repositoryWithIds } from "../operations/doctor/delivery-checks";
import { outputFolder } from "../operations/terraform/stacks";
import { BOOTSTRAP, bootstrapState, synthesizeBootstrap } from "../stacks/bootstrap";

/** `npm run bootstrap`: see `--help`. */
async function bootstrap({ out = join(outputFolder(), BOOTSTRAP), ids }: { readonly out?: string; readonly ids: boolean }): Promise<void> {
  if (ids) {
    console.log(`Write into delivery:\n\n    repository: ${await repositoryWithIds(loadConfig(), githubToken())}`);
    return;
  }
  const config = bootstrapConfig(loadConfig(), configFile());
  const [former, state] = [`.terraform-state/${BOOTSTRAP}.tfstate`, bootstrapState(config.name)];
  if (existsSync(former) && !existsSync(state)) {
    throw new UserError(`${former} is where this stack's state was for all installations. If it is that of ${config.name}:\n    mkdir -p ${dirname(state)} && mv ${former} ${state}\nNothing was written.`);
  }
  const folder = `${synthesizeBootstrap(config, out)}/stacks/${BOOTSTRAP}`;
  console.log(
    [
      `${BOOTSTRAP}: state bucket ${config.state.bucket}, roles github-${config.name}-plan and github-${config.name}-deploy`,
      `for ${config.delivery.repository}. Apply it with an administrator's credentials:`,
      "",
      `    terraform -chdir=${folder} init && terraform -chdir=${folder} apply`,
      "",
      `Its state is ${state}; keep a copy of that file in the bucket. Then tell GitHub, with the`,
      "outputs that Terraform prints:",
      "",
      ...variables(config).map(([name, value]) => `    gh variable set ${name} --body ${value}`),
    ].join("\n"),
  );
  if (deliveryRepository(config.delivery).ids === undefined && deliveryServer(config) === GITHUB_COM) {
    console.error(
      "\nThe roles trust tokens without ids only. Those of repositories made, renamed or moved since 15 July 2026 have them:\n" +
        "npm run bootstrap -- --ids finds what to write into delivery.",
    );
  }
}

/** What the workflows have to know of the configuration. */
const variables = ({ region, name, delivery: { branch, environment } }: BootstrapConfig): [string, string][] => [
  ["AWS_REGION", region],
  ["PLAN_ROLE_ARN", `arn:…:role/${planRole(name)}`],
  ["DEPLOY_ROLE_ARN", `arn:…:role/${deployRole(name)}`],
  ...(branch === "main" ? [] : [["DELIVERY_BRANCH", branch] as [string, string]]),
  ...(environment === "production" ? [] : [["DELIVERY_ENVIRONMENT", environment] as [string, string]]),
];

void runCommand(
  command(
    "bootstrap",
    "Writes the stack that is applied once, by a person, before workflows can plan and deploy the others: the bucket of\n" +
      "their states, GitHub's OIDC provider, and the roles for plans and deploys. Says how to apply it.",
  )
    .option("--out <folder>", "where to write it; default: the folder bootstrap where npm start writes")
    .option("--ids", "instead, ask GitHub for the ids of owner and repository, and say what to write", false)
    .addHelpText("after", "\nExit code: 0, or 1 if the configuration lacks something.\nEnvironment: DAGGER_CI_CONFIG; GH_TOKEN for --ids, if not everybody may read the repository."),
  bootstrap,
);
