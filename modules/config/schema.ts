import { z } from "zod";
import { EKS_ADDONS, KUBERNETES_VERSIONS, versions } from "../facts/versions";
import { addonsSchema } from "./addons";
import { clusterSchema } from "./cluster";
import { certificate, dnsLabel, semver, text } from "./fields";
import { fleetSchema, settleFleet, type FleetConfig } from "./fleet";
import { networkSchema } from "./network";

const secretName = () =>
  text("the name of a secret in AWS Secrets Manager, such as dagger-ci/github", /^[A-Za-z0-9/_+=.@-]{1,512}$/);
const revision = () =>
  z.int().min(1).default(1).meta({
    description: "Raise it after changing the secret, so that the next apply writes it to the cluster again.",
  });

const githubSchema = z
  .strictObject({
    organization: text("a GitHub organisation, such as acme", /^[A-Za-z0-9](-?[A-Za-z0-9])*$/)
      .optional()
      .meta({ description: "GitHub organisation whose jobs the runners take." }),
    repository: text("owner/name of a GitHub repository, such as acme/api", /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/)
      .optional()
      .meta({ description: "GitHub repository whose jobs the runners take, instead of an organisation." }),
    enterprise: text("the slug of a GitHub enterprise, such as acme-corp", /^[A-Za-z0-9-]+$/)
      .optional()
      .meta({ description: "GitHub enterprise whose jobs the runners take, instead of an organisation; needs a token, not an App." }),
    server: z
      .strictObject({
        url: text("the URL of a GitHub Enterprise Server without a path, such as https://github.acme.example", /^https:\/\/[A-Za-z0-9.-]+(:[0-9]+)?$/).meta(
          { description: "URL of a GitHub Enterprise Server." },
        ),
        certificate: certificate()
          .optional()
          .meta({ description: "Its private certificate authority, if it has one." }),
      })
      .optional()
      .meta({ description: "A GitHub Enterprise Server instead of github.com." }),
    secret: secretName().meta({ description: "Name of the AWS Secrets Manager secret with GitHub's credentials." }),
    secretRevision: revision(),
  })
  .meta({ title: "GitHub" });

const daggerCloudSchema = z
  .strictObject({
    secret: secretName().meta({ description: 'AWS Secrets Manager secret with Dagger Cloud\'s token: `{"token": "…"}`.' }),
    secretRevision: revision(),
  })
  .optional()
  .meta({ description: "Send traces of all runners to Dagger Cloud." });

const proxySchema = z
  .strictObject({
    http: z.url({ error: "a URL such as http://proxy.example:3128" }).optional().meta({ description: "Proxy for HTTP." }),
    https: z.url({ error: "a URL such as http://proxy.example:3128" }).optional().meta({ description: "Proxy for HTTPS." }),
    noProxy: z.array(z.string().min(1)).default([]).meta({
      description: "Hosts to reach directly, besides the cluster, the VPC and the metadata service.",
    }),
  })
  .optional()
  .meta({ description: "Proxy of engines, runners and listeners." });

const stateSchema = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("local").optional().default("local").meta({ description: "Files on this machine." }),
      directory: text("a relative path such as .terraform-state", /^[^/].*$/)
        .default(".terraform-state")
        .meta({ description: "Folder, relative to the project, that has a folder with the state files of each installation." }),
    }),
    z.strictObject({
      type: z.literal("s3").meta({ description: "An S3 bucket with S3's own locking; for teams." }),
      bucket: text("an S3 bucket name", /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/).meta({ description: "The bucket." }),
      region: z.string().optional().meta({ description: "Region of the bucket. Default: `region`." }),
      prefix: text("a key prefix without slashes at its ends", /^[^/].*[^/]$/)
        .optional()
        .meta({ description: "Key prefix. Default: `name`." }),
      kmsKeyArn: z.string().optional().meta({ description: "KMS key that encrypts the state. Default: the bucket's." }),
    }),
  ])
  .prefault({});

const deliverySchema = z
  .strictObject({
    repository: text("owner/name of a GitHub repository, such as acme/ci-infrastructure", /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/).meta({
      description: "GitHub repository with this configuration: its workflows get the roles for plans and deploys.",
    }),
    branch: z.string().min(1).default("main").meta({ description: "Branch that is deployed." }),
    environment: text("the name of a GitHub environment", /^[A-Za-z0-9_-]+$/)
      .default("production")
      .meta({ description: "GitHub environment whose reviewers approve a deploy; only its jobs get the role for deploys." }),
    oidcProvider: z.enum(["new", "existing"]).default("new").meta({
      description: "Whether `npm run bootstrap` makes GitHub's OIDC provider. One per account.",
    }),
  })
  .optional()
  .meta({ description: "Plans in pull requests and deploys by workflows; see docs/pull-requests.md." });

const versionsSchema = z
  .strictObject({
    kubernetes: z
      .enum(KUBERNETES_VERSIONS as [string, ...string[]])
      .default(versions.kubernetes)
      .meta({ description: "Kubernetes version of a new cluster." }),
    eksAddons: z
      .partialRecord(z.enum(EKS_ADDONS), text("an add-on version such as v1.22.4-eksbuild.3", /^v[0-9.]+-eksbuild\.[0-9]+$/))
      .default({})
      .meta({ description: "Versions of EKS add-ons by name. Default: AWS's own for the Kubernetes version." }),
    ami: text("an alias such as al2023@v20260724", /^al2023@v[0-9]{8}$/)
      .default(versions.ami)
      .meta({ description: "AMI of runner nodes." }),
    certManager: text("a version such as v1.21.1", /^v[0-9]+\.[0-9]+\.[0-9]+$/)
      .default(versions.certManager)
      .meta({ description: "Chart cert-manager." }),
    karpenter: semver().default(versions.karpenter).meta({ description: "Charts karpenter and karpenter-crd." }),
    arc: semver().default(versions.arc).meta({ description: "Charts of ARC's controller and scale sets." }),
    summerwind: semver().default(versions.summerwind).meta({ description: "Chart of ARC's summerwind kind." }),
    runnerImage: z.string().min(1).default(versions.runnerImage).meta({ description: "Image of runner pods." }),
    runnerImageDate: text("a day such as 2026-10-08", /^20[0-9]{2}-[01][0-9]-[0-3][0-9]$/)
      .default(versions.runnerImageDate)
      .meta({ description: "Day on which that image was known to be GitHub's newest; an alert counts from it." }),
  })
  .prefault({});

const defaultFleets = [
  {
    name: "main",
    runners: [
      { cpu: 2, memory: "8Gi", max: 20 },
      { cpu: 4, memory: "16Gi", max: 10 },
    ],
  },
];

/** The configuration file, as a person writes it: each setting by itself. What must hold between them is in `modules/rules`. */
export const configSchema = z.strictObject({
  name: dnsLabel(32).meta({ description: "Name of the installation; also of a new cluster." }),
  region: text("an AWS region such as eu-west-1", /^[a-z]{2}(-[a-z]+)+-[0-9]$/).meta({ description: "AWS region." }),
  account: text("a 12-digit AWS account id, in quotes", /^[0-9]{12}$/)
    .optional()
    .meta({ description: "AWS account id; with it, Terraform refuses to touch another account." }),
  profile: z.string().min(1).optional().meta({ description: "AWS profile for Terraform and for cluster access." }),
  tags: z.record(z.string(), z.string()).default({}).meta({ description: "Tags on every AWS resource." }),
  state: stateSchema,
  github: githubSchema,
  daggerCloud: daggerCloudSchema,
  proxy: proxySchema,
  delivery: deliverySchema,
  network: networkSchema.prefault({}),
  cluster: clusterSchema.prefault({}),
  addons: addonsSchema,
  charts: z
    .strictObject({
      mirror: text("a registry, with a path if you like, without oci://", /^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)*$/)
        .optional()
        .meta({ description: "Registry to take every Helm chart from: its host replaces theirs, the path stays." }),
    })
    .prefault({}),
  images: z
    .strictObject({
      mirror: text("a registry, with a path if you like", /^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)*$/)
        .optional()
        .meta({ description: "Registry to take every container image from: its host replaces theirs, the path stays." }),
    })
    .prefault({}),
  versions: versionsSchema,
  fleets: z
    .array(fleetSchema)
    .min(1)
    .prefault(defaultFleets)
    .meta({ description: "Default: one fleet `main` with the sizes 2c-8g and 4c-16g." }),
});

/** What is written in the file: everything with a default may be left out. */
export type ConfigInput = z.input<typeof configSchema>;
/** The configuration with every default and every derived name filled in. */
export type Config = Omit<z.output<typeof configSchema>, "fleets"> & { readonly fleets: readonly FleetConfig[] };

/** Fills in what follows from other settings. */
export const settle = (parsed: z.output<typeof configSchema>): Config => ({
  ...parsed,
  fleets: parsed.fleets.map((fleet) => settleFleet(parsed.name, fleet)),
});
