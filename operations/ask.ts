import { createInterface } from "node:readline/promises";
import { UserError } from "../modules/user-error";

/**
 * Puts a question to the person at the terminal.
 * @returns the answer, without spaces around it.
 * @throws UserError if there is no answer: Ctrl-C, or the end of the input.
 */
export async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const ended = new Promise<never>((_resolve, reject) => {
      for (const event of ["SIGINT", "close"]) terminal.once(event, () => reject(new UserError("\nNo answer: nothing was done.", { exitCode: 130 })));
    });
    return (await Promise.race([terminal.question(question), ended])).trim();
  } finally {
    terminal.close();
  }
}

/** Asks for a plain yes to what was said before. @throws UserError if nobody is here to be asked, or the answer is another; `instead` is what may be passed. */
export async function askForYes(instead: string): Promise<void> {
  if (!process.stdin.isTTY) throw new UserError(`nobody is here to be asked: pass ${instead}`);
  if ((await ask('Do this? Only "yes" counts: ')) !== "yes") throw new UserError("Nothing was done.");
}
