import { loadConfig } from "../modules/load-config";
import { command, runCommand } from "../operations/command";
import { artifacts, imagesText } from "../operations/images";

/** `npm run images`: see `--help`. */
function images({ json }: { readonly json?: true }): void {
  const config = loadConfig();
  console.log(json ? JSON.stringify(artifacts(config), null, 2) : imagesText(config));
}

void runCommand(
  command(
    "images",
    "Prints every image and chart that the configuration needs, where each is taken from, and the address that tells its\n" +
      "digest: what a mirror must have. Add-ons of EKS come from AWS's own registry of the region. Reads the configuration only.",
  ).option("--json", "as JSON: kind, home, from, digest, usedBy"),
  images,
);
