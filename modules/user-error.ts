/**
 * Something that whoever called a command can mend: its message says what and how, and is all that they are shown.
 * Every error that is thrown for a user is one of these; any other is a fault of this project.
 */
export class UserError extends Error {
  /** What the process ends with. Default: 1. */
  readonly exitCode: number;

  constructor(message: string, { exitCode = 1, ...options }: { exitCode?: number } & ErrorOptions = {}) {
    super(message, options);
    this.name = new.target.name;
    this.exitCode = exitCode;
  }
}
