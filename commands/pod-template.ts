import { command, runCommand } from "../operations/command";
import { podTemplateTypes } from "../operations/facts/pod-template";
import { today, writeFacts } from "../operations/facts/table";

/** `npm run pod-template`: see `--help`. */
function podTemplate({ output }: { readonly output: string }): void {
  const types = Object.entries(podTemplateTypes()).map(([name, attributes]) => ({ name, attributes }));
  writeFacts(output, { source: "types of @kubernetes/client-node below V1PodTemplateSpec", date: today() }, "types", types);
  console.log(`wrote ${types.length} types to ${output}`);
}

void runCommand(
  command("pod-template", "Renews modules/facts/pod-template.json from the installed @kubernetes/client-node: what a pod template may hold.").option(
    "--output <file>",
    "file to write",
    "modules/facts/pod-template.json",
  ),
  podTemplate,
);
