import type { FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import { versions } from "../facts/versions";
import { ADDONS, installedAddons } from "./addons";
import { fleetContract } from "./fleet-contract";

/** An image that the cluster pulls, by its home's reference, and what for. */
export interface UsedImage {
  readonly reference: string;
  readonly usedBy: string;
}

type Images = Pick<Config, "addons" | "versions"> & { readonly fleets: readonly FleetConfig[] };

/**
 * Every image that the project's own charts and pods pull, each once. The add-ons of EKS come from AWS's own registry of
 * the region, which every node can reach.
 */
export function imagesOf({ addons, versions: chosen, fleets }: Images): UsedImage[] {
  const all: UsedImage[] = [
    ...installedAddons({ addons }).flatMap((name) => {
      const { title, images, imagesAre } = ADDONS[name];
      return images(chosen).map((reference) => ({ reference, usedBy: imagesAre ?? title }));
    }),
    ...fleets.flatMap((fleet) => [{ reference: fleetContract(fleet).engineImage, usedBy: "engines, and the CLI of runners" }, ...ofRunners(fleet, chosen.runnerImage)]),
  ];
  return all.filter(({ reference }, i) => all.findIndex((other) => other.reference === reference) === i);
}

const ofRunners = ({ runners }: FleetConfig, runnerImage: string): UsedImage[] =>
  runners.flatMap((runner) => {
    if (runner.kind === "runner-deployment") {
      const image = runner.image ?? (runner.docker ? versions.summerwindDindImage : versions.summerwindRunnerImage);
      return [{ reference: image, usedBy: "runners" }];
    }
    const docker = runner.docker ? [{ reference: versions.dockerImage, usedBy: "dockerd beside runners" }] : [];
    return [{ reference: runnerImage, usedBy: "runners" }, ...docker];
  });
