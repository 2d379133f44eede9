/** What a proof looks at, one line each; what does not hold is followed by what was seen. */
export class Checks {
  private all = 0;
  private failed = 0;

  readonly check = (what: string, holds: boolean, seen: string | object = ""): void => {
    this.all += 1;
    console.log(`${holds ? "ok  " : "FAIL"} ${what}`);
    if (holds) return;
    this.failed += 1;
    console.log(typeof seen === "string" ? seen : "output" in seen ? seen.output : JSON.stringify(seen));
  };

  skip = (what: string, why: string): void => console.log(`skip ${what}: ${why}`);

  /** The last line, `34 of 34 hold`, after `what`; the exit code says the same. */
  end(what = ""): void {
    console.log(`${what}${this.all - this.failed} of ${this.all} hold`);
    process.exitCode = this.failed === 0 ? 0 : 1;
  }
}
