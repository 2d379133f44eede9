import { z } from "zod";
import { EKS_ADDONS, KUBERNETES_VERSIONS, versions } from "../facts/versions";
import { addonsSchema } from "./addons";
import { soldIn } from "../facts/offerings";
import { clusterSchema, DEFAULT_SUPPORT_TYPES, isGuest } from "./cluster";
import { dnsLabel, semver, text, unique } from "./fields/text";
import { awsSecret, kmsKeyArn } from "./fields/arn";
import { accountId, regionName, tags } from "./fields/aws";
import { assumeRole } from "./fields/assume-role";
import { amiAlias } from "./fields/ami";
import { day } from "./fields/dates";
import { branch, environment, repositoryWithIds } from "./fields/github";
import { directHost, httpsServer, imageReference, proxyUrl, registry, registryHost } from "./fields/hosts";
import { revision } from "./fields/secrets";
import { fleetSchema, settleFleet, type FleetConfig } from "./fleet";
import { githubSchema } from "./github";
import { networkSchema } from "./network";
import { seedsSchema } from "./seed";
import { stateSchema } from "./state";

const daggerCloudSchema = z
  .strictObject({
    secret: awsSecret().meta({ description: 'AWS Secrets Manager secret with Dagger Cloud\'s token: `{"token": "…"}`.' }),
    secretRevision: revision(),
  })
  .optional()
  .meta({ description: "Send traces of all runners to Dagger Cloud." });

const telemetrySchema = z
  .strictObject({
    endpoint: text("the URL of an OTLP collector, such as http://otel-collector.monitoring:4318", /^https?:\/\/[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:\/[^\s]*)?$/)
      .meta({ description: "Address of the collector (`OTEL_EXPORTER_OTLP_ENDPOINT`)." }),
    protocol: z.enum(["http/protobuf", "grpc"]).default("http/protobuf").meta({ description: "How it is spoken to (`OTEL_EXPORTER_OTLP_PROTOCOL`)." }),
    secret: awsSecret().optional().meta({
      description: 'AWS Secrets Manager secret with headers that it wants (`OTEL_EXPORTER_OTLP_HEADERS`): `{"headers": "authorization=Bearer …"}`.',
    }),
    secretRevision: revision(),
  })
  .optional()
  .meta({ description: "Send Dagger's traces, logs and metrics of all runners to a collector of your own, by OTLP." });

const proxySchema = z
  .strictObject({
    http: proxyUrl().optional().meta({ description: "Proxy for HTTP." }),
    https: proxyUrl().optional().meta({ description: "Proxy for HTTPS." }),
    noProxy: unique(z.array(directHost())).default([]).meta({
      description: "Hosts to reach directly, besides the cluster, the VPC and the metadata service.",
    }),
    pipelines: z.boolean().optional().meta({
      description:
        "Whether containers of pipelines get its variables from the engine. What they download may need them, but services that are bound to them under a bare name are then asked for at the proxy. Default: no where the stack's own NAT is another way out. Dagger before 0.18.14 always hands them on.",
    }),
    secret: awsSecret().optional().meta({
      description: 'AWS Secrets Manager secret with the proxy\'s credentials, if it wants any: `{"username": "…", "password": "…"}`.',
    }),
    secretRevision: revision(),
  })
  .optional()
  .meta({
    description:
      "Proxy of everything that goes out: nodes, engines, runners and their dockerd, listeners, both of ARC's controllers, Karpenter, cert-manager.",
  });

const deliverySchema = z
  .strictObject({
    repository: repositoryWithIds("acme/ci-infrastructure").meta({
      description:
        "GitHub repository with this configuration: its workflows get the roles for plans and deploys. One made or renamed since July 2026 sends tokens with ids: write acme@1234567/ci@7654321; `npm run bootstrap -- --ids` finds them.",
    }),
    server: httpsServer("the URL of a GitHub without a path, such as https://acme.ghe.com or https://github.acme.example")
      .optional()
      .meta({ description: "GitHub that the repository is on. Default: `github.server.url`, else https://github.com." }),
    branch: branch()
      .default("main")
      .meta({ description: "Branch that is deployed; GitHub's variable `DELIVERY_BRANCH` says the same to the workflows." }),
    environment: environment()
      .default("production")
      .meta({ description: "GitHub environment whose reviewers approve a deploy; only its jobs get the role for deploys." }),
    oidcProvider: z.enum(["new", "existing"]).default("new").meta({
      description: "Whether `npm run bootstrap` makes GitHub's OIDC provider. One per account.",
    }),
    secretsKmsKeyArns: z
      .array(kmsKeyArn())
      .default([])
      .meta({ description: "KMS keys of yours that encrypt the secrets in `github.secret`, `daggerCloud.secret` and `proxy.secret`: the roles may then decrypt those." }),
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
      .partialRecord(z.enum(EKS_ADDONS), text("an add-on version such as v1.22.4-eksbuild.3", /^v[0-9]+\.[0-9]+\.[0-9]+-eksbuild\.[0-9]+$/))
      .default({})
      .meta({ description: "Versions of EKS add-ons by name. Default: AWS's own for the Kubernetes version." }),
    ami: amiAlias()
      .default(versions.ami)
      .meta({ description: "AMI of runner nodes." }),
    certManager: text("a version such as v1.21.1", /^v[0-9]+\.[0-9]+\.[0-9]+$/)
      .default(versions.certManager)
      .meta({ description: "Chart cert-manager." }),
    karpenter: semver().default(versions.karpenter).meta({ description: "Charts karpenter and karpenter-crd." }),
    arc: semver().default(versions.arc).meta({ description: "Charts of ARC's controller and scale sets. 0.15 is accepted, and changes what docs/operations.md says." }),
    summerwind: semver().default(versions.summerwind).meta({ description: "Chart of ARC's summerwind kind." }),
    prometheus: semver().default(versions.prometheus).meta({ description: "Chart kube-prometheus-stack." }),
    prometheusCrds: semver().default(versions.prometheusCrds).meta({ description: "Chart prometheus-operator-crds, of the operator that `prometheus` has." }),
    runnerImage: imageReference().default(versions.runnerImage).meta({ description: "Image of runner pods." }),
    runnerImageDate: day()
      .default(versions.runnerImageDate)
      .meta({ description: "Day on which that image was known to be GitHub's newest; an alert counts from it." }),
  })
  .prefault({});

const mirrors = (what: string) =>
  z.strictObject({
    mirror: registry()
      .optional()
      .meta({ description: `Registry to take every ${what} from: its host and path replace the host of theirs, the path stays.` }),
    mirrors: z
      .record(registryHost(), registry())
      .default({})
      .meta({
        description: `Mirrors of single registries, by their host (docker.io, ghcr.io, …); they go before \`mirror\`. \`npm run images\` lists what they must have.`,
      }),
  });

const imagesSchema = mirrors("container image").extend({
  credentials: z
    .record(registryHost(), awsSecret())
    .default({})
    .meta({
      description:
        'Registries that want credentials, by host, each with its AWS Secrets Manager secret: `{"username": "…", "password": "…"}`. Every pod of the project pulls with them.',
    }),
  credentialsRevision: revision(),
});

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
  region: regionName().meta({ description: "AWS region." }),
  account: accountId()
    .optional()
    .meta({ description: "AWS account id; with it, Terraform refuses to touch another account." }),
  profile: z.string().min(1).optional().meta({ description: "AWS profile for Terraform and for cluster access." }),
  assumeRole: assumeRole().optional().meta({
    description: "IAM role that Terraform, access to the cluster and the commands take before they ask AWS anything, with the credentials of `profile` or of the environment.",
  }),
  tags: tags().default({}).meta({
    description:
      "Tags on every AWS resource but a KMS key that workflows make, at most 44, within AWS's rules; not those that the stacks or Karpenter set themselves.",
  }),
  state: stateSchema,
  github: githubSchema,
  daggerCloud: daggerCloudSchema,
  telemetry: telemetrySchema,
  proxy: proxySchema,
  delivery: deliverySchema,
  network: networkSchema.prefault({}),
  cluster: clusterSchema.prefault({}),
  addons: addonsSchema,
  charts: mirrors("Helm chart").prefault({}),
  images: imagesSchema.prefault({}),
  versions: versionsSchema,
  seeds: seedsSchema,
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
  cluster: settleCluster(parsed),
  // What brings Prometheus is there to watch.
  addons: { ...parsed.addons, metrics: parsed.addons.metrics || parsed.addons.prometheus.mode === "install" },
  fleets: parsed.fleets.map((fleet) =>
    settleFleet({ installation: parsed.name, guest: isGuest(parsed.cluster), nodeExporter: parsed.addons.prometheus.mode === "install" }, fleet),
  ),
});

/** Of support nodes' default types, those that the region sells. */
function settleCluster({ region, cluster }: z.output<typeof configSchema>): Config["cluster"] {
  if (cluster.mode === "existing") return cluster;
  const { instanceTypes } = cluster.supportNodes;
  const isDefault = instanceTypes.join() === DEFAULT_SUPPORT_TYPES.join();
  const sold = isDefault ? instanceTypes.filter((type) => soldIn(region, type) !== false) : instanceTypes;
  return { ...cluster, supportNodes: { ...cluster.supportNodes, instanceTypes: sold } };
}
