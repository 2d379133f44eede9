import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockHolder, runLocked } from "../../../operations/terraform/state-lock";
import { runTerraform, type Ended, type RunTerraform } from "../../../operations/terraform/terraform";

/** As Terraform 1.11.4 says it, in a plan with -json and elsewhere. */
const INFO =
  "Error message: resource temporarily unavailable\nLock Info:\n  ID:        7530c98e-2b3a-4e64-a87e-25f8a117e19e\n  Path:      terraform.tfstate\n" +
  "  Operation: OperationTypeApply\n  Who:       jane@laptop\n  Version:   1.11.4\n  Created:   2026-11-26 03:31:14.61310241 +0000 UTC\n  Info:      \n\n\n" +
  "Terraform acquires a state lock to protect the state from being written\nby multiple users at the same time.";
const TEXT = `\nError: Error acquiring the state lock\n\n${INFO}\n`;
const JSON_LINES = `{"@level":"info"}\n${JSON.stringify({ diagnostic: { severity: "error", summary: "Error acquiring the state lock", detail: INFO } })}\n`;
const BOXED = TEXT.split("\n").map((line) => `│ ${line}`).join("\n");

test.each([
  ["text", TEXT],
  ["JSON", JSON_LINES],
  ["a box", BOXED],
])("who has the lock, what for, and since when, from %s", (_form, output) => {
  expect(lockHolder(output)).toBe("jane@laptop (apply) since 2026-11-26 03:31:14 UTC");
});

/** Of these, Terraform tells as holder who asked. */
test.each([
  ["HCP Terraform", 'workspace already locked (lock ID: "acme/dagger-ci-network")', "somebody, of whom the workspace acme/dagger-ci-network tells"],
  ["a server", "HTTP remote state already locked:\nID=5b8e1ad0-0000-4000-8000-000000000000", "somebody (lock 5b8e1ad0-0000-4000-8000-000000000000)"],
  ["a server, with the lock's own information", "HTTP remote state already locked: ID=7530c98e-2b3a-4e64-a87e-25f8a117e19e", "jane@laptop (apply) since 2026-11-26 03:31:14 UTC"],
])("a lock in %s", (_where, message, holder) => {
  expect(lockHolder(TEXT.replace("resource temporarily unavailable", message))).toBe(holder);
});

test("a lock of which nothing is known, and another error", () => {
  expect(lockHolder("Error: Error acquiring the state lock\n\nAccessDenied")).toBe("somebody");
  expect(lockHolder("Error: no such bucket")).toBeUndefined();
});

/** What is run, with these answers one after another. */
async function attempt(...answers: Partial<Ended>[]) {
  const calls: string[] = [];
  const said: string[] = [];
  const run: RunTerraform = (_directory, args) => {
    calls.push(args.join(" "));
    return Promise.resolve({ code: 0, stdout: "", output: "", ...answers[calls.length - 1] });
  };
  const ended = await runLocked(run, ".", (lock) => ["apply", lock, "tfplan"], { waiting: (text) => said.push(`${calls.length}: ${text}`) });
  return { calls, said, code: ended.code };
}

test("a lock that somebody has is told of before Terraform waits for it", async () => {
  expect(await attempt({ code: 1, output: TEXT }, {})).toEqual({
    calls: ["apply -lock-timeout=0s tfplan", "apply -lock-timeout=10m tfplan"],
    said: ["1: waits for the lock of jane@laptop (apply) since 2026-11-26 03:31:14 UTC, for 10 minutes at most"],
    code: 0,
  });
});

test("without a lock, or with another error, it runs once", async () => {
  expect(await attempt({})).toEqual({ calls: ["apply -lock-timeout=0s tfplan"], said: [], code: 0 });
  expect(await attempt({ code: 1, output: "Error: no such bucket" })).toMatchObject({ said: [], code: 1 });
});

describe("what a person sees of the first try", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "dagger-on-eks-"))));
  afterEach(() => {
    delete process.env.TERRAFORM_BINARY_NAME;
    rmSync(folder, { recursive: true });
  });

  const seen = async (script: string): Promise<string> => {
    const binary = join(folder, "terraform");
    writeFileSync(binary, `#!/bin/sh\n${script}\n`);
    chmodSync(binary, 0o755);
    process.env.TERRAFORM_BINARY_NAME = binary;
    const shown: string[] = [];
    const write = jest.spyOn(process.stderr, "write").mockImplementation((chunk) => shown.push(String(chunk)) > 0);
    await runLocked(runTerraform, folder, (lock) => ["apply", lock], { echo: true }).finally(() => write.mockRestore());
    return shown.join("");
  };

  test("no error of a lock that is waited for, only for whom", async () => {
    writeFileSync(join(folder, "error"), TEXT);
    expect(await seen(`[ "$2" = -lock-timeout=10m ] || { cat error >&2; exit 1; }\necho applied`)).toBe(
      "waits for the lock of jane@laptop (apply) since 2026-11-26 03:31:14 UTC, for 10 minutes at most\napplied\n",
    );
  });

  test("every other error, whole and once", async () => {
    expect(await seen("echo working; echo 'Error: quota' >&2; exit 1")).toBe("working\nError: quota\n");
  });
});
