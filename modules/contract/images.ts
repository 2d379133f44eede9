import { isAutoscaled, type FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import { versions } from "../facts/versions";
import { ADDONS, installedAddons } from "./addons";
import { fleetContract } from "./fleet-contract";
import { isSeeded } from "./seed";
import { isWarm } from "./warm";
import { hasDockerSidecar, runnerImage } from "./runner-names";

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
    ...fleets.flatMap((fleet) => [
      { reference: fleetContract(fleet).engineImage, usedBy: "engines, and the CLI of runners" },
      ...ofRunners({ versions: chosen }, fleet),
      ...ofSeeds(fleet),
      ...(isWarm(fleet) ? [{ reference: versions.clockImage, usedBy: "the clock that keeps runners warm" }] : []),
    ]),
  ];
  return all.filter(({ reference }, i) => all.findIndex((other) => other.reference === reference) === i);
}

const ofSeeds = (fleet: FleetConfig): UsedImage[] =>
  isSeeded(fleet) ? [versions.resticImage, ...(isAutoscaled(fleet) ? [versions.curlImage] : [])].map((reference) => ({ reference, usedBy: "seeds of caches" })) : [];

const ofRunners = (config: Pick<Config, "versions">, { runners }: FleetConfig): UsedImage[] =>
  runners.flatMap((runner) => [
    { reference: runnerImage(config, runner), usedBy: "runners" },
    ...(hasDockerSidecar(runner) ? [{ reference: versions.dockerImage, usedBy: "dockerd beside runners" }] : []),
  ]);
