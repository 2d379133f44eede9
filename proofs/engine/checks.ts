import type { Ran } from "./engine-dir";

/** What a proof looks at, one line each; what does not hold is followed by what was seen. */
export class Checks {
  private failed = 0;

  readonly check = (what: string, holds: boolean, seen: Ran | string | object = ""): void => {
    console.log(`${holds ? "ok  " : "FAIL"} ${what}`);
    if (holds) return;
    this.failed += 1;
    console.log(typeof seen === "string" ? seen : "output" in seen ? seen.output : JSON.stringify(seen));
  };

  skip = (what: string, why: string): void => console.log(`skip ${what}: ${why}`);

  end(): void {
    console.log(this.failed === 0 ? "all hold" : `${this.failed} do not hold`);
    process.exitCode = this.failed === 0 ? 0 : 1;
  }
}
