import { Command } from "commander";
import { UserError } from "../modules/user-error";
import { readerIsGone } from "./interrupt";

/** What a command does with its arguments and options, in commander's order. @returns the exit code, or nothing for 0. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- commander's own type of an action
type Action = (...args: any[]) => unknown;

/** Describes `npm run <name>`; unknown options and arguments too many are refused, `--help` explains. */
export const command = (name: string, description: string): Command =>
  new Command(name === "start" ? "npm start --" : `npm run ${name} --`).description(description).allowExcessArguments(false);

/**
 * Runs a command with the arguments of this process. The one place that prints errors and sets exit codes: an error
 * that the caller can mend is shown as its message alone.
 */
export async function runCommand(described: Command, action: Action): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // A reader that has seen enough, such as `head`, is no fault; EIO says that the terminal was closed.
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
      readerIsGone();
    });
  }
  try {
    await described
      .action(async (...args: unknown[]) => {
        const code = await action(...args);
        if (typeof code === "number") process.exitCode = code;
      })
      .parseAsync();
  } catch (error) {
    console.error(errorText(error));
    process.exitCode = error instanceof UserError ? error.exitCode : 1;
  }
}

/** An error as the caller of a command reads it; with `DEBUG` set, also where a fault of the project came from. */
export function errorText(error: unknown): string {
  if (error instanceof UserError) return error.message;
  if (!(error instanceof Error)) return String(error);
  // Node's own words for a file or an address: "EACCES: permission denied, open 'plan.md'".
  if ("syscall" in error) return error.message;
  if (error.name === "CredentialsProviderError") {
    return `no AWS credentials (${error.message}): log in and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
  }
  // AWS says in `$fault` whether it was asked wrongly or failed itself; either is no fault of the project.
  if ("$fault" in error) return `AWS refused: ${error.name}: ${error.message}`;
  return process.env.DEBUG ? (error.stack ?? error.message) : `fault: ${error.message}\nSet DEBUG=1 to see where it came from.`;
}
