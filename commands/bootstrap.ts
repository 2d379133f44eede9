import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { bootstrapConfig } from "../modules/bootstrap/config";
import { configFile, loadConfig } from "../modules/load-config";
import { UserError } from "../modules/user-error";
import { command, runCommand } from "../operations/command";
import { outputFolder } from "../operations/terraform/stacks";
import { BOOTSTRAP, bootstrapState, synthesizeBootstrap } from "../stacks/bootstrap";

/** `npm run bootstrap`: see `--help`. */
function bootstrap({ out = join(outputFolder(), BOOTSTRAP) }: { readonly out?: string }): void {
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
      `Its state is ${state}; keep a copy of that file in the bucket.`,
    ].join("\n"),
  );
}

void runCommand(
  command(
    "bootstrap",
    "Writes the stack that is applied once, by a person, before workflows can plan and deploy the others: the bucket of\n" +
      "their states, GitHub's OIDC provider, and the roles for plans and deploys. Says how to apply it.",
  )
    .option("--out <folder>", "where to write it; default: the folder bootstrap where npm start writes")
    .addHelpText("after", "\nExit code: 0, or 1 if the configuration lacks something.\nEnvironment: DAGGER_CI_CONFIG."),
  bootstrap,
);
