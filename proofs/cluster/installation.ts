import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { INSTALLATION } from "../../modules/contract/installation";
import type { OutputsOf } from "../../modules/contract/outputs";
import { changesOf, type Changed } from "../../operations/review/changes";
import { parsePlan } from "../../operations/review/plan-json";
import { readSynthesized } from "../../operations/synthesized";
import type { Cluster } from "./cluster";
import { run, type Ran } from "./ran";

/** The account of emulated AWS, and its only AMI. */
const ACCOUNT = "123456789012";
const AMI = "al2023@v20260724";

/** Settings of a configuration file before they are checked, as a proof changes them. */
export interface Settings {
  name: string;
  account: string;
  versions?: Record<string, unknown>;
  fleets?: { name: string; dagger?: string; engine?: Record<string, unknown>; nodes?: Record<string, unknown>; runners?: Record<string, unknown>[] }[];
  [key: string]: unknown;
}

/** A configuration file of the tree, for the account of a proof. */
export function settingsOf(file: string): Settings {
  const settings = parse(readFileSync(file, "utf8")) as Settings;
  return { ...settings, account: ACCOUNT, versions: { ...settings.versions, ami: AMI } };
}

/** Terraform's own configuration: providers come from a filesystem mirror alone. */
export const terraformrc = (mirror: string): string => `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror { path = ${JSON.stringify(resolve(mirror))} }\n}\n`;

export interface InstallationOptions {
  /** Folder for its files. */
  readonly work: string;
  readonly cluster: Cluster;
  /** Terraform's filesystem mirror of providers. */
  readonly providers: string;
  /** File of a certificate authority that Terraform trusts. */
  readonly authority: string;
}

/** An installation with its configuration, its states and the project's own commands, in a folder of its own. */
export class Installation {
  readonly folder: string;
  private readonly environment: NodeJS.ProcessEnv;

  constructor(
    private readonly options: InstallationOptions,
    public settings: Settings,
  ) {
    const { work, cluster, providers, authority } = options;
    this.folder = join(work, settings.name);
    const at = (file: string) => join(this.folder, file);
    mkdirSync(at("bin"), { recursive: true });
    // Stands for the AWS CLI, of which the stacks only want a token.
    const credential = { apiVersion: "client.authentication.k8s.io/v1beta1", kind: "ExecCredential", status: { token: cluster.access.token } };
    writeFileSync(at("bin/aws"), `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`, { mode: 0o755 });
    writeFileSync(at("terraformrc"), terraformrc(providers));
    writeFileSync(at("standins.json"), JSON.stringify(standins(settings.account)));
    this.environment = {
      ...process.env,
      ...{ PATH: `${at("bin")}:${process.env.PATH}`, SSL_CERT_FILE: authority, TF_CLI_CONFIG_FILE: at("terraformrc"), STANDIN_VALUES: at("standins.json") },
      ...{ HELM_CACHE_HOME: at("helm/cache"), HELM_CONFIG_HOME: at("helm/config"), HELM_DATA_HOME: at("helm/data") },
      ...{ AWS_ENDPOINT_URL: new URL(cluster.queue).origin, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_EC2_METADATA_DISABLED: "true" },
      NODE_NO_WARNINGS: "1",
    };
    this.configure();
  }

  /** Changes the configuration. */
  configure(change: (settings: Settings) => void = () => undefined): void {
    this.settings = structuredClone(this.settings);
    change(this.settings);
    writeFileSync(join(this.folder, "dagger-ci.yaml"), stringify(this.settings));
  }

  /** States of network and cluster as if they had been applied in the cluster's account: outputs alone. */
  writeStates(): void {
    const { vpc, subnets, sg, role, profile, name, access } = this.options.cluster;
    const lists = { private_subnet_ids: [...subnets], intra_subnet_ids: [...subnets], public_subnet_ids: [...subnets], vpc_cidrs: [] };
    this.writeState<"network">("network", { vpc_id: vpc, ...lists });
    this.writeState<"cluster">("cluster", {
      ...{ cluster_name: name, cluster_endpoint: access.server, cluster_ca: access.authority, cluster_version: "1.34" },
      ...{ runner_security_group_ids: [sg], runner_node_role_arn: role, runner_instance_profile: profile, interruption_queue: name },
      ...{ direct_cidrs: [], kms_key_arn: "", service_cidr: "", seed_bucket: "" },
    });
  }

  /** The state of a stack as if it had been applied: outputs alone. */
  writeState<S extends "network" | "cluster">(stack: S, values: OutputsOf<S>): void {
    const installation = { name: this.settings.name, region: this.settings.region, account: this.settings.account };
    const typed = Object.entries({ ...values, [INSTALLATION]: installation }).map(([name, value]) => {
      const type = typeof value === "string" ? "string" : Array.isArray(value) ? ["list", "string"] : ["map", "string"];
      return [name, { value, type }];
    });
    const state = { version: 4, terraform_version: "1.11.0", serial: 1, lineage: stack, outputs: Object.fromEntries(typed) as object, resources: [], check_results: null };
    mkdirSync(this.states, { recursive: true });
    writeFileSync(this.stateFile(stack), JSON.stringify(state));
  }

  private get states(): string {
    return join(this.folder, ".terraform-state", this.settings.name);
  }
  private stateFile(stack: string): string {
    return join(this.states, `${stack}.tfstate`);
  }

  /** Bytes of a stack's state. */
  stateSize(stack: string): number {
    return statSync(this.stateFile(stack)).size;
  }

  /** Runs one of the project's commands as its user would. */
  command(name: string, ...args: string[]): Promise<Ran> {
    return run(process.execPath, [resolve(`dist/commands/${name}.js`), ...args], this.folder, this.environment);
  }

  /** Runs Terraform itself in the folder of a stack. */
  terraform(stack: string, ...args: string[]): Promise<Ran> {
    return run("terraform", args, join(this.folder, "cdktf.out/stacks", stack), this.environment);
  }

  /** Namespaces that Helm makes for the releases of a stack, and leaves when those go. */
  namespacesOfHelm(stack: string): string[] {
    const { template } = readSynthesized(join(this.folder, "cdktf.out")).find(({ name }) => name === stack)!;
    return Object.values(template.resource?.helm_release ?? {}).flatMap(({ create_namespace, namespace }) => (create_namespace === true ? [String(namespace)] : []));
  }

  /** Changes that the last plan of a stack has; none where it had nothing to change. */
  changes(stack: string): Changed[] {
    const file = join(this.folder, "cdktf.out/stacks", stack, "plan.json");
    return existsSync(file) ? changesOf(parsePlan(readFileSync(file, "utf8"))) : [];
  }
}

/** What stand-ins of AWS are to answer; real ones do not read it. */
function standins(account: string): object {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs1", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
  const secret = (values: object) => ({ secret_string: JSON.stringify(values) });
  const app = { github_app_id: "123456", github_app_installation_id: "7890123", github_app_private_key: privateKey };
  return {
    "data.aws_caller_identity": { account_id: account },
    "ephemeral.aws_secretsmanager_secret_version": [{ match: { secret_id: "ci-fleets/dagger-cloud" }, values: secret({ token: "not-a-token" }) }, { values: secret(app) }],
  };
}
