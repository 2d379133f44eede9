import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { podTemplateTable, type PodTemplateTable } from "../../../modules/facts/pod-template";
import { builtCommands } from "../../support/commands";
import { PROJECT } from "../../support/project";

const commands = builtCommands();

test("what is known of pod templates is what the installed Kubernetes client knows (npm run pod-template renews it)", () => {
  const folder = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  const output = join(folder, "pod-template.json");
  try {
    execFileSync(process.execPath, [join(commands, "commands/pod-template.js"), "--output", output], { cwd: PROJECT });
    const { types } = JSON.parse(readFileSync(output, "utf8")) as PodTemplateTable;
    expect(types).toEqual(podTemplateTable.types);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
