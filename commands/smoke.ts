import { loadConfig } from "../modules/load-config";
import { command, runCommand } from "../operations/command";
import { smokeTest } from "../operations/workflow";

/** `npm run smoke`: prints, for each fleet, a workflow to commit and how to see where it ran. Changes nothing. */
void runCommand(
  command("smoke", "Prints, for each fleet, a workflow to commit and how to see that it ran on its node's engine. Changes nothing."),
  () => console.log(smokeTest(loadConfig())),
);
