import { z } from "zod";
import { bytes, coresOrText } from "./fields/quantities";
import { dnsLabel, unique } from "./fields/text";
import { repositoryName, runnerLabel } from "./fields/github";
import { imageReference } from "./fields/hosts";
import { podSettings } from "./pod";
import { warmSchema } from "./warm";

/** ARC's limit on the name of a scale set (template `autoscalingrunnerset.yaml` of its chart). */
export const MAX_RUNS_ON = 45;

const common = {
  name: dnsLabel(20).optional().meta({ description: "Name of the size. Default: from CPU and memory, such as `2c-8g`." }),
  cpu: coresOrText().meta({ description: "CPU request of a runner pod, in cores." }),
  memory: bytes().meta({ description: "Memory request of a runner pod." }),
  storage: z
    .union([bytes(), z.literal("none")], { error: "a quantity such as 10Gi, or none" })
    .default("10Gi")
    .meta({ description: "Request of local disk for the job's work folder; `none` for no request, as in the guide." }),
  runsOn: dnsLabel(MAX_RUNS_ON).optional().meta({
    description: "What a workflow writes in `runs-on`. Default: `<name>-<fleet>-<size>`, unique among clusters.",
  }),
  runnerGroup: z.string().min(1).optional().meta({ description: "GitHub runner group; it must exist." }),
  image: imageReference().optional().meta({
    description:
      "Runner image. Default: `versions.runnerImage`; for a runner deployment a pinned image of the summerwind kind, with Docker inside if `docker` is true.",
  }),
  docker: z.boolean().default(false).meta({
    description: "Docker for jobs that need it beside Dagger. It runs privileged.",
  }),
  warm: warmSchema,
  ...podSettings,
  finishJobs: z.boolean().default(false).meta({
    description: "Let a job end before its pod stops, for as long as the nodes' terminationGracePeriod.",
  }),
};

const scaleSet = z
  .strictObject({
    kind: z.literal("scale-set").optional().default("scale-set").meta({ description: "GitHub's own runner scale set." }),
    ...common,
    min: z.int().min(0).default(0).meta({ description: "Idle runners to keep; each keeps its node." }),
    max: z.int().min(1).meta({ description: "Most runners at once. Required: without it there is no bound." }),
  })
  .meta({ title: "Scale set" });

const autoscaled = z.strictObject({
  mode: z.literal("autoscaled").optional().default("autoscaled").meta({ description: "As many runners as jobs ask for." }),
  min: z.int().min(0).default(0).meta({ description: "Fewest runners." }),
  max: z.int().min(1).meta({ description: "Most runners." }),
  repositories: unique(z.array(repositoryName()))
    .default([])
    .meta({
      description:
        "Repositories whose queued jobs are counted. Needed for an organisation when `min` is 0: what counts busy runners can never leave 0.",
    }),
});
const fixed = z.strictObject({
  mode: z.literal("fixed").meta({ description: "A number of runners that something else may change." }),
  replicas: z.int().min(0).meta({ description: "That number; 0 means never, unless something else changes it." }),
});

const runnerDeployment = z
  .strictObject({
    kind: z.literal("runner-deployment").meta({
      description: "The RunnerDeployment of Dagger's guide, by ARC's summerwind kind (`addons.summerwind`).",
    }),
    ...common,
    finishJobs: z.boolean().default(true).meta({
      description:
        "Let a job end before its pod stops, for as long as the nodes' terminationGracePeriod. False, as in the guide: " +
        "taking the size away ends its jobs.",
    }),
    labels: unique(z.array(runnerLabel()))
      .min(1)
      .optional()
      .meta({ description: "Labels that a workflow writes in `runs-on`. Default: the one name of `runsOn`." }),
    scaling: z.discriminatedUnion("mode", [autoscaled, fixed]).meta({ description: "How many runners." }),
    placement: z.enum(["fleet", "any-runner-node"]).default("fleet").meta({
      description:
        "`any-runner-node` asks, as the guide does, for any node labelled `actions-runner`; only where there is one fleet.",
    }),
    cli: z.boolean().default(true).meta({
      description: "Give the runner the engine's own CLI, and let it wait for the engine. False: as in the guide.",
    }),
    doNotDisrupt: z.boolean().default(true).meta({
      description: "Keep Karpenter from taking the node of a running job. False: as in the guide.",
    }),
  })
  .meta({ title: "Runner deployment" });

export const runnerSchema = z.discriminatedUnion("kind", [scaleSet, runnerDeployment]);

type Named<T> = T & { readonly name: string; readonly runsOn: string };
export type RawRunner = z.infer<typeof runnerSchema>;
export type ScaleSetRunner = Named<z.infer<typeof scaleSet>>;
export type RunnerDeploymentRunner = Named<z.infer<typeof runnerDeployment>>;
/** A runner size with its names settled. */
export type RunnerConfig = ScaleSetRunner | RunnerDeploymentRunner;

/** Size name from its requests: 2 CPU and 8Gi give `2c-8g`. */
export const sizeName = ({ cpu, memory }: Pick<RawRunner, "cpu" | "memory">) =>
  `${cpu}c-${memory.toLowerCase().replace(/i$/, "")}`.replace(".", "-");

/** Most runners of a size at once. */
export function mostRunners(runner: RunnerConfig): number {
  if (runner.kind === "scale-set") return runner.max;
  return runner.scaling.mode === "fixed" ? runner.scaling.replicas : runner.scaling.max;
}

/** What a workflow writes in `runs-on`: one name, or for a runner deployment all its labels. */
export const runsOnLabels = (runner: RunnerConfig): readonly string[] =>
  runner.kind === "runner-deployment" ? (runner.labels ?? [runner.runsOn]) : [runner.runsOn];
