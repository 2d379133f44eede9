import "./modules/cdktf/lean-cdktf";
import { loadConfig } from "./modules/load-config";
import { warnings } from "./modules/rules/warnings";
import { command, runCommand } from "./operations/command";
import { report } from "./operations/report";
import { lockFolder } from "./operations/terraform/folder-lock";
import { readSynthesized } from "./operations/synthesized";
import { outputFolder } from "./operations/terraform/stacks";
import { synthesize } from "./stacks/app";

void runCommand(
  command("start", "Reads dagger-ci.yaml (or the file that DAGGER_CI_CONFIG names), writes four Terraform stacks to cdktf.out (for\nanother file to cdktf.out.<its name>, or to CDKTF_OUTDIR), and says what they are and what to do next."),
  () => {
    const config = loadConfig();
    lockFolder(outputFolder(), "npm start");
    const outdir = synthesize(config, outputFolder());
    for (const warning of warnings(config)) console.error(`warning: ${warning}\n`);
    console.log(report(config, readSynthesized(outdir), outdir));
  },
);
