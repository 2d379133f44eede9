import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing, TerraformOutput } from "cdktf";
import { encodedUserData } from "../../../modules/cdktf/user-data";
import { userData, type UserDataPart } from "../../../modules/contract/node-user-data";
import { hasTerraform } from "../../support/standing";

const PARTS: UserDataPart[] = [
  { type: "application/node.eks.aws", text: '{\n  "spec": {"containerd": {"config": "a = \\"b\\"\\n"}}\n}' },
  { type: "text/x-shellscript", text: "#!/bin/bash\nprintf 'a\\n\\t\"%s\"' \"${HOME}\" $(ls) \\\n  | grep '\\d' # %{if} $${x}\n\techo 'ä'" },
];

(hasTerraform ? test : test.skip)("Terraform hands a node what the configuration says, letter by letter (needs Terraform on the PATH)", () => {
  const folder = mkdtempSync(join(tmpdir(), "dagger-on-eks-user-data-"));
  try {
    const json = Testing.synthScope((stack) => {
      new TerraformOutput(stack, "x", { value: encodedUserData(PARTS), staticId: true });
    });
    writeFileSync(join(folder, "main.tf.json"), json);
    const run = (...args: string[]) => spawnSync("terraform", [`-chdir=${folder}`, ...args], { encoding: "utf8", env: { ...process.env, CHECKPOINT_DISABLE: "1" } });
    run("init", "-no-color");
    const { stderr, status } = run("apply", "-auto-approve", "-no-color");
    expect(status === 0 ? "" : stderr).toBe("");
    const { stdout } = run("output", "-raw", "x");
    expect(Buffer.from(stdout, "base64").toString("utf8")).toBe(userData(PARTS));
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
