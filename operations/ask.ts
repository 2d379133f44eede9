import { createInterface } from "node:readline/promises";

/** Puts a question to the person at the terminal. @returns the answer, without spaces around it. */
export async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}
