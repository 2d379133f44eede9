import { z } from "zod";
import { assumeRole } from "./fields/assume-role";
import { kmsKeyArn } from "./fields/arn";
import { bucketName, regionName } from "./fields/aws";
import { hostOnly, stateAddress } from "./fields/hosts";
import { text } from "./fields/text";

/** A part of a path or of a name before that of the stack. */
const prefix = (description: string) =>
  text("a key prefix without slashes at its ends, such as ci/dagger", /^(?!.*\/\/)[A-Za-z0-9!_.*'()-](?:[A-Za-z0-9!_.*'()/-]*[A-Za-z0-9!_.*'()-])?$/)
    .optional()
    .meta({ description });

const local = z.strictObject({
  type: z.literal("local").optional().default("local").meta({ description: "Files on this machine." }),
  directory: text("a relative path inside the project, such as .terraform-state", /^(?!~)(?!.*(^|\/)\.\.(\/|$))[A-Za-z0-9._ @+-][A-Za-z0-9._ @+/-]*$/)
    .default(".terraform-state")
    .meta({ description: "Folder, relative to the project, that has a folder with the state files of each installation." }),
});

const s3 = z.strictObject({
  type: z.literal("s3").meta({ description: "An S3 bucket with S3's own locking; for teams." }),
  bucket: bucketName().meta({ description: "The bucket." }),
  region: regionName().optional().meta({ description: "Region of the bucket. Default: `region`." }),
  prefix: prefix("Key prefix. Default: `name`."),
  kmsKeyArn: kmsKeyArn().optional().meta({ description: "KMS key that encrypts the state. Default: the bucket's." }),
  assumeRole: z
    .union([z.literal(false), assumeRole()], { error: "a map such as {roleArn: …}, or false" })
    .optional()
    .meta({ description: "Role with which Terraform reads and writes the bucket; `false`: the credentials themselves. Default: `assumeRole`." }),
});

const gcs = z.strictObject({
  type: z.literal("gcs").meta({
    description: "A Google Cloud Storage bucket, with locks. Credentials: `GOOGLE_CREDENTIALS`, or those of `gcloud auth application-default login`.",
  }),
  bucket: text(
    "a Cloud Storage bucket name: 3 to 222 lower-case letters, digits, hyphens, dots and underscores, not beginning with goog",
    /^(?!goog)(?=.{3,222}$)[a-z0-9][a-z0-9._-]*[a-z0-9]$/,
  ).meta({ description: "The bucket." }),
  prefix: prefix("Folder in the bucket. Default: `name`."),
  kmsKey: text(
    "the name of a Cloud KMS key, such as projects/acme/locations/europe-west1/keyRings/states/cryptoKeys/dagger",
    /^projects\/[^/\s]+\/locations\/[^/\s]+\/keyRings\/[^/\s]+\/cryptoKeys\/[^/\s]+$/,
  )
    .optional()
    .meta({ description: "Cloud KMS key that encrypts the state. Default: the bucket's." }),
});

const azurerm = z.strictObject({
  type: z.literal("azurerm").meta({
    description:
      "An Azure Blob Storage container; a lease on the blob is the lock. Credentials: `ARM_ACCESS_KEY` or `ARM_SAS_TOKEN`; or `az login`, or `ARM_CLIENT_ID` with its secret or OIDC token, and `ARM_TENANT_ID`, `ARM_SUBSCRIPTION_ID`, `ARM_USE_AZUREAD`.",
  }),
  storageAccount: text("the name of a storage account: 3 to 24 lower-case letters and digits", /^[a-z0-9]{3,24}$/).meta({ description: "The storage account." }),
  container: text("the name of a container: 3 to 63 lower-case letters, digits and single inner hyphens", /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/)
    .meta({ description: "The container." }),
  resourceGroup: text("the name of a resource group, such as terraform: at most 90 letters, digits and _ - . ( )", /^[A-Za-z0-9_.()-]{0,89}[A-Za-z0-9_()-]$/)
    .optional()
    .meta({ description: "Resource group of the storage account: needed where Terraform asks Azure for its key." }),
  prefix: prefix("Prefix of the blobs. Default: `name`."),
});

const http = z.strictObject({
  type: z.literal("http").meta({
    description: "A server that speaks Terraform's HTTP protocol with locks, such as GitLab. Credentials: `TF_HTTP_USERNAME`, `TF_HTTP_PASSWORD`.",
  }),
  address: stateAddress().meta({ description: "What comes before the name of a state: each stack's is `<address>/<prefix>-<stack>`." }),
  prefix: text("letters, digits, hyphens, dots and underscores, such as dagger-ci", /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)
    .optional()
    .meta({ description: "Begin of the states' names. Default: `name`." }),
  updateMethod: z.enum(["POST", "PUT"]).default("POST").meta({ description: "Method that writes a state." }),
  lockPath: text("a path such as /lock", /^(\/[A-Za-z0-9._-]+)*$/)
    .default("")
    .meta({ description: "What comes after a state's address in that of its lock; GitLab: `/lock`." }),
  lockMethod: z.enum(["LOCK", "POST", "PUT"]).default("LOCK").meta({ description: "Method that takes the lock; GitLab: `POST`." }),
  unlockMethod: z.enum(["UNLOCK", "DELETE", "POST", "PUT"]).default("UNLOCK").meta({ description: "Method that frees the lock; GitLab: `DELETE`." }),
});

const cloud = z.strictObject({
  type: z.literal("cloud").meta({
    description:
      "HCP Terraform or Terraform Enterprise: a workspace for each stack, with execution mode Local, since a run there has neither the charts beside the stacks nor your credentials. Credentials: `terraform login`, or `TF_TOKEN_app_terraform_io`.",
  }),
  organization: text("the name of an organisation in HCP Terraform, such as acme", /^[A-Za-z0-9_-]{1,40}$/).meta({ description: "The organisation." }),
  hostname: hostOnly("the host of a Terraform Enterprise, such as terraform.acme.example")
    .default("app.terraform.io")
    .meta({ description: "Host of a Terraform Enterprise." }),
  project: text("the name of a project, such as platform: 3 to 40 letters, digits, spaces, hyphens and underscores", /^(?=.{3,40}$)[A-Za-z0-9_-](?:[A-Za-z0-9 _-]*[A-Za-z0-9_-])?$/)
    .optional()
    .meta({ description: "Project in which Terraform makes workspaces that are not there yet. Default: the organisation's." }),
  workspacePrefix: text("letters, digits, hyphens and underscores, such as dagger-ci-", /^[A-Za-z0-9_-]{1,80}$/)
    .optional()
    .meta({ description: "Begin of the workspaces' names, before that of the stack. Default: `<name>-`." }),
});

/** Where Terraform keeps the states. Credentials of that place are never in the file: they come from the environment. */
export const stateSchema = z.discriminatedUnion("type", [local, s3, gcs, azurerm, http, cloud]).prefault({});
