import { z } from "zod";
import { awsSecret, roleArn } from "./fields/arn";
import { labelKey, labelValue, mountPath, objectName, variableName } from "./fields/kubernetes";
import { bytes, coresOrText } from "./fields/quantities";
import { revision } from "./fields/secrets";
import { dnsLabel, quoted, text, unique } from "./fields/text";

const TEXT = "text";
const value = () => z.string({ error: quoted(TEXT) });

/** Environment of a container, as plain text. */
export const environment = (of: string) =>
  z.record(variableName(), value()).default({}).meta({ description: `Environment variables of ${of}, by name. They stand in plans and in the cluster: no secrets.` });

const volumeName = dnsLabel(63).meta({ description: "Name of the volume." });
const mount = {
  name: volumeName,
  mountPath: mountPath().meta({ description: "Where the runner sees it." }),
  subPath: text("a relative path without ..", /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/)
    .optional()
    .meta({ description: "Part of the volume to mount. Default: all of it." }),
  readOnly: z.boolean().default(false).meta({ description: "Mount it read-only." }),
};
const volume = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("emptyDir").meta({ description: "A folder that lives as long as the pod." }),
      ...mount,
      sizeLimit: bytes().optional().meta({ description: "Most that it may hold; a pod that exceeds it is evicted." }),
      medium: z.enum(["disk", "memory"]).default("disk").meta({ description: "`memory` counts towards the runner's memory limit." }),
    }),
    z.strictObject({
      type: z.literal("configMap").meta({ description: "A ConfigMap of the fleet's namespace." }),
      ...mount,
      source: objectName("ConfigMap").meta({ description: "Its name." }),
    }),
    z.strictObject({
      type: z.literal("secret").meta({ description: "A Secret of the fleet's namespace." }),
      ...mount,
      source: objectName("Secret").meta({ description: "Its name." }),
    }),
    z.strictObject({
      type: z.literal("persistentVolumeClaim").meta({
        description: "A claim of the fleet's namespace, such as one on EFS: all runners of the size share it, so it must be ReadWriteMany or read-only.",
      }),
      ...mount,
      source: objectName("PersistentVolumeClaim").meta({ description: "Its name." }),
    }),
  ]);

const podIdentityRole = () =>
  roleArn().optional().meta({
    description:
      "IAM role that the jobs get by EKS Pod Identity; its trust policy must name pods.eks.amazonaws.com. Whoever is root on the node can take it: GitHub's OIDC gives each repository its own.",
  });
const serviceAccount = z.discriminatedUnion("mode", [
  z.strictObject({
    mode: z.literal("own").optional().default("own").meta({ description: "A service account of the size's own, without rights in Kubernetes." }),
    roleArn: podIdentityRole(),
  }),
  z.strictObject({
    mode: z.literal("existing").meta({ description: "A service account that the fleet's namespace has, with its rights." }),
    name: objectName("service account").meta({ description: "Its name." }),
    roleArn: podIdentityRole(),
  }),
], { error: ({ input }) => (typeof input !== "object" ? "{mode: existing, name: …} for one that the fleet's namespace has, or {roleArn: …} for one of the size's own" : undefined) });

/** What a limit of a container may say. */
const limits = (of: string) =>
  z
    .strictObject({
      cpu: coresOrText().optional().meta({ description: `Most CPU of ${of}, in cores. Default: what the node has to spare.` }),
      memory: bytes().optional().meta({ description: `Most memory of ${of}; beyond it the kernel ends it. Default: what the node has.` }),
    })
    .prefault({});

/** Settings of the pods of a runner size, whichever kind makes them. */
export const podSettings = {
  limits: limits("a runner"),
  environment: environment("runners"),
  secretEnvironment: z
    .record(
      variableName(),
      z.strictObject({
        secret: awsSecret().meta({ description: "AWS Secrets Manager secret, a JSON object." }),
        key: text("a key of a JSON object: letters, digits and _ . / -", /^[A-Za-z0-9_./-]{1,128}$/).meta({ description: "Key of the value in it." }),
      }),
    )
    .default({})
    .meta({
      description:
        'Environment variables from AWS Secrets Manager: `NPM_TOKEN: {secret: ci/npm, key: token}`. In no state and no plan; every job of the size can read them.',
    }),
  secretRevision: revision(),
  podLabels: z.record(labelKey(), labelValue()).default({}).meta({ description: "Labels of runner pods, besides ARC's own." }),
  podAnnotations: z.record(labelKey(), value()).default({}).meta({ description: "Annotations of runner pods." }),
  volumes: unique(z.array(volume)).default([]).meta({ description: "Further volumes of runner pods, and where the runner sees each." }),
  serviceAccount: serviceAccount.optional().meta({ description: "AWS and Kubernetes identity of jobs. Default: none; ARC's account without rights." }),
  dockerd: z
    .strictObject({
      cpu: coresOrText().optional().meta({ description: "CPU request of dockerd, in cores. Default: none; it uses what is to spare." }),
      memory: bytes().optional().meta({ description: "Memory request of dockerd. Default: none." }),
      limits: limits("dockerd"),
      registryMirrors: unique(z.array(text("the URL of a mirror of Docker Hub, such as https://mirror.acme.example", /^https?:\/\/[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:\/[^\s]*)?$/)))
        .default([])
        .meta({ description: "Mirrors of Docker Hub. One at most for a runner deployment." }),
      mtu: z.int().min(576).max(9001).optional().meta({ description: "MTU of its networks, where that of the nodes is smaller than 1500." }),
    })
    .prefault({})
    .meta({ description: "The dockerd of `docker: true`." }),
  podTemplate: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({
      description:
        "What no setting knows: a part of a PodTemplateSpec that is merged into the pod by Kubernetes' strategic merge. Checked against Kubernetes' schema; what breaks the fleet's contract is refused.",
    }),
};

export type VolumeConfig = z.infer<typeof volume>;
