import { z } from "zod";
import { dnsLabel, semver } from "./fields";

const installedHere = (what: string) =>
  z.literal("install").optional().default("install").meta({ description: `The stack installs ${what}.` });

/** What the `addons` stack installs; `existing` says that the cluster already has it. */
export const addonsSchema = z
  .strictObject({
    certManager: z.enum(["install", "existing"]).default("install").meta({ description: "cert-manager." }),
    karpenter: z.enum(["install", "existing"]).default("install").meta({
      description:
        "Karpenter with its CRDs, role and interruption queue. An existing one must be allowed to pass the runner nodes' role.",
    }),
    arc: z
      .discriminatedUnion("mode", [
        z.strictObject({ mode: installedHere("ARC's controller for scale sets") }),
        z.strictObject({
          mode: z.literal("existing").meta({ description: "The cluster has ARC's controller for scale sets." }),
          namespace: dnsLabel(63).meta({ description: "Its namespace." }),
          serviceAccount: dnsLabel(63).meta({ description: "Its service account." }),
          version: semver().meta({ description: "Its version; `versions.arc` must have the same minor." }),
        }),
      ])
      .prefault({}),
  })
  .prefault({});
