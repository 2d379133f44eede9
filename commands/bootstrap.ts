import { writeBootstrap, type BootstrapOptions } from "../operations/bootstrap";
import { command, runCommand } from "../operations/command";

/** `npm run bootstrap`: see `--help`. */
void runCommand(
  command(
    "bootstrap",
    "Writes the stack that is applied once, by a person, before workflows can plan and deploy the others: the bucket of\n" +
      "their states, GitHub's OIDC provider, and the roles for plans and deploys. Says how to apply it.",
  )
    .option("--out <folder>", "where to write it; default: the folder bootstrap where npm start writes")
    .option("--ids", "instead, ask GitHub for the ids of owner and repository, and say what to write", false)
    .addHelpText("after", "\nExit code: 0, or 1 if the configuration lacks something.\nEnvironment: DAGGER_CI_CONFIG; GH_TOKEN for --ids, if not everybody may read the repository."),
  async (options: BootstrapOptions) => {
    const { text, note } = await writeBootstrap(options);
    console.log(text);
    if (note !== undefined) console.error(note);
  },
);
