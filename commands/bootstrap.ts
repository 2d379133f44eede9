import { bootstrapConfig } from "../modules/bootstrap/config";
import { CONFIG_FILE, loadConfig } from "../modules/load-config";
import { command, runCommand } from "../operations/command";
import { BOOTSTRAP, synthesizeBootstrap } from "../stacks/bootstrap";

/** `npm run bootstrap`: see `--help`. */
function bootstrap({ out }: { readonly out: string }): void {
  const config = bootstrapConfig(loadConfig(), process.env.DAGGER_CI_CONFIG ?? CONFIG_FILE);
  const folder = `${synthesizeBootstrap(config, out)}/stacks/${BOOTSTRAP}`;
  console.log(
    [
      `${BOOTSTRAP}: state bucket ${config.state.bucket}, roles github-${config.name}-plan and github-${config.name}-deploy`,
      `for ${config.delivery.repository}. Apply it with an administrator's credentials:`,
      "",
      `    terraform -chdir=${folder} init && terraform -chdir=${folder} apply`,
      "",
      `Its state is .terraform-state/${BOOTSTRAP}.tfstate; keep a copy of that file in the bucket.`,
    ].join("\n"),
  );
}

void runCommand(
  command(
    "bootstrap",
    "Writes the stack that is applied once, by a person, before workflows can plan and deploy the others: the bucket of\n" +
      "their states, GitHub's OIDC provider, and the roles for plans and deploys. Says how to apply it.",
  )
    .option("--out <folder>", "where to write it", "cdktf.out/bootstrap")
    .addHelpText("after", "\nExit code: 0, or 1 if the configuration lacks something.\nEnvironment: DAGGER_CI_CONFIG."),
  bootstrap,
);
