import { z } from "zod";
import { environment } from "./pod";
import { bytes, cores, duration, durationOrNever } from "./fields/quantities";
import { text } from "./fields/text";
import { registry, registryHost } from "./fields/hosts";
import { certificate } from "./fields/pem";

/** Settings of a fleet's Dagger Engine. */
export const engineSchema = z
  .strictObject({
    cpu: cores().default(2).meta({ description: "CPU request of the engine; it may use more when the node has it." }),
    memory: bytes().default("8Gi").meta({ description: "Memory request of the engine and of what pipelines run, which counts as the engine's and not the runner's. The engine itself was seen to take 0.1 GB when idle and 0.6 GB with 32 clients." }),
    cache: z.enum(["nvme", "root-disk"]).default("nvme").meta({
      description: "Where its cache lies. `root-disk` is for Dagger before 0.17.0, whose chart knows no other place.",
    }),
    cacheMaxGb: z.int().min(10).optional().meta({
      description: "GB that its cache is cut back to when a session has ended, once a minute at most. Default: 65 % of the smallest disk that the fleet's nodes may have.",
    }),
    keepUnused: durationOrNever()
      .default("Never")
      .meta({
        description:
          "How long what no job uses stays in the cache. `Never`: until the room is needed, least recently used first. Dagger by itself takes cache volumes away that were idle for 48 hours, so that none outlives a weekend.",
      }),
    maxRunners: z.int().min(1).default(32).meta({
      description:
        "Most runners that may fit beside one engine; more are refused, with the numbers. Default: one for each vCPU of the largest default node: it is CPU that clients lack first, see docs/operations.md.",
    }),
    logLevel: z
      .enum(["error", "warn", "info", "debug", "trace"])
      .default("info")
      .meta({ description: "How much it logs." }),
    insecureRootCapabilities: z.boolean().default(true).meta({
      description: "Whether pipelines may ask for root capabilities. False also takes host networking from them.",
    }),
    registryMirrors: z
      .record(registryHost(), z.array(registry()).min(1))
      .default({})
      .meta({ description: "Mirrors of registries that pipelines pull from, by registry host. Dagger 0.19.0 or later." }),
    certificates: z
      .record(
        text("a file name of lower-case letters, digits and hyphens", /^[a-z0-9-]+$/),
        certificate(),
      )
      .default({})
      .meta({ description: "Private certificate authorities that engine and pipelines trust, by name." }),
    environment: environment("the engine"),
    arguments: z
      .array(text("an argument of the engine, such as --oci-max-parallelism=8", /^--[a-z][a-z0-9-]*(?:=\S+)?$/))
      .default([])
      .meta({ description: "Further arguments of the engine's command, each with its value behind `=`." }),
    drainTimeout: duration()
      .default("1h")
      .meta({ description: "How long an engine that must stop waits for its clients before it ends their pipelines. Dagger 0.17.0 or later." }),
  })
  .prefault({});

export type EngineConfig = z.infer<typeof engineSchema>;
