import { loadConfig } from "../modules/config/load";
import { ConfigError } from "../modules/config/problems";
import { smokeTest } from "../operations/workflow";

/** `npm run smoke`: prints, for each fleet, a workflow to commit and how to see where it ran. Changes nothing. */
try {
  console.log(smokeTest(loadConfig()));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
