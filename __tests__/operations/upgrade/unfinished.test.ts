import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { RunTerraform } from "../../../operations/terraform/terraform";
import { unfinished } from "../../../operations/upgrade/unfinished";
import { planCase } from "../../support/plans";

const STACKS = ["network", "cluster", "addons", "dagger"].map((name) => ({ name, dependencies: ["network", "cluster"], template: {} }));
const { json } = planCase("protection off");

/** What is unfinished if Terraform ends each stack's plan with a code, and says something. */
async function of(codes: Record<string, number>, said = "") {
  const outdir = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  const run: RunTerraform = (directory, args) => {
    const code = args[0] === "plan" ? (codes[basename(directory)] ?? 0) : 0;
    const stdout = args[0] === "show" ? JSON.stringify(json.cluster) : said;
    return Promise.resolve({ code, stdout, output: stdout });
  };
  for (const { name } of STACKS) mkdirSync(join(outdir, "stacks", name), { recursive: true });
  writeFileSync(join(outdir, "manifest.json"), "{}");
  try {
    return await unfinished({ run, outdir, locks: "locks" }, STACKS, join(outdir, "plans"));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

test("nothing is said where nothing differs", async () => {
  expect(await of({})).toBeUndefined();
});

test("what an upgrade left half-way is told, with what finishes it", async () => {
  expect(await of({ addons: 2, dagger: 2 })).toBe(
    [
      "It differs from the configuration otherwise, as after an upgrade that was interrupted:",
      "    addons: 1 to change",
      "    dagger: 1 to change",
      "npm run deploy -- addons dagger shows it and applies it.",
    ].join("\n"),
  );
});

test("a stack that waits was never deployed; one that cannot be planned is told", async () => {
  const line = (summary: string, address?: string) => JSON.stringify({ diagnostic: { severity: "error", summary, address } });
  expect(await of({ dagger: 1 }, line("Unable to find remote state", "data.terraform_remote_state.cluster"))).toBeUndefined();
  expect(await of({ dagger: 1 }, line("Boom"))).toContain("dagger could not be planned:\nBoom");
});
