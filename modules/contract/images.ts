import type { FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import { versions } from "../facts/versions";
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
  const { certManager, karpenter, arc, runnerImage } = chosen;
  const installsCertManager = addons.certManager === "install" || (addons.certManager === "auto" && addons.summerwind === "install");
  const all: UsedImage[] = [
    ...(installsCertManager
      ? ["controller", "webhook", "cainjector", "startupapicheck"].map((part) => ({
          reference: `quay.io/jetstack/cert-manager-${part}:${certManager}`,
          usedBy: "cert-manager",
        }))
      : []),
    ...(addons.karpenter.mode === "install" ? [{ reference: `public.ecr.aws/karpenter/controller:${karpenter}`, usedBy: "Karpenter" }] : []),
    // The controller starts listeners from its own image.
    ...(addons.arc.mode === "install"
      ? [{ reference: `ghcr.io/actions/gha-runner-scale-set-controller:${arc}`, usedBy: "ARC and its listeners" }]
      : []),
    ...(addons.summerwind === "install"
      ? [versions.summerwindControllerImage, versions.summerwindProxyImage].map((reference) => ({ reference, usedBy: "ARC's summerwind kind" }))
      : []),
    ...fleets.flatMap((fleet) => [{ reference: fleetContract(fleet).engineImage, usedBy: "engines, and the CLI of runners" }, ...ofRunners(fleet, runnerImage)]),
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
