import "../modules/cdktf/lean-cdktf";
import { join, relative, resolve } from "node:path";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import { DeliveryRole, subjects, tokenIssuer } from "../modules/bootstrap/delivery-role";
import { look, make, makeIdentities, readState, writeState, type Scope } from "../modules/bootstrap/rights";
import { StateBucket } from "../modules/bootstrap/state-bucket";
import type { BootstrapConfig } from "../modules/bootstrap/config";
import { partitionOf } from "../modules/facts/regions";
import { versions } from "../modules/facts/versions";

export const BOOTSTRAP = "bootstrap";

/**
 * What must be there before the other stacks can be planned and deployed by workflows: the bucket of their states, and
 * the two roles of the workflows. Applied once, by a person, with its own state in a file.
 */
export class BootstrapStack extends TerraformStack {
  constructor(scope: App, config: BootstrapConfig) {
    super(scope, BOOTSTRAP);
    const { name, region, delivery, state } = config;
    new LocalBackend(this, { path: relative(resolve(scope.outdir, "stacks", BOOTSTRAP), resolve(bootstrapState(name))) });
    this.addOverride("terraform.required_version", versions.terraform);
    new AwsProvider(this, "aws", {
      region: state.region ?? region,
      ...(config.profile === undefined ? {} : { profile: config.profile }),
      ...(config.account === undefined ? {} : { allowedAccountIds: [config.account] }),
      // Not the tag of the installation: by that the deploy role tells what it may change.
      defaultTags: [{ tags: { "dagger-ci/bootstrap": name, ...config.tags } }],
    });
    const partition = partitionOf(region);
    const account = new DataAwsCallerIdentity(this, "caller").accountId;
    const kms = state.kmsKeyArn === undefined ? {} : { kmsKeyArn: state.kmsKeyArn };
    new StateBucket(this, "state", { name: state.bucket, partition, ...kms });

    const issuer = tokenIssuer(config.github);
    const oidcProviderArn =
      delivery.oidcProvider === "new"
        ? new IamOpenidConnectProvider(this, "github", { url: `https://${issuer}`, clientIdList: ["sts.amazonaws.com"] }).arn
        : `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;
    const rights: Scope = {
      ...{ name, region, account, partition, bucket: state.bucket, prefix: state.prefix ?? name, ...kms },
      cluster: config.cluster.mode === "existing" ? config.cluster.name : name,
      secrets: [config.github.secret, config.daggerCloud?.secret, config.proxy?.secret].filter((secret) => secret !== undefined),
    };
    // The names do not begin with the installation's: the deploy role may change roles that do.
    const plan = new DeliveryRole(this, "plan", {
      name: `github-${name}-plan`,
      description: `Plans ${name} for pull requests and drift checks of ${delivery.repository}`,
      ...{ issuer, oidcProviderArn },
      subjects: subjects(delivery.repository, ["pull_request", `ref:refs/heads/${delivery.branch}`]),
      sessionHours: 1,
      policies: { look: [...readState(rights), ...look(rights)] },
    });
    const deploy = new DeliveryRole(this, "deploy", {
      name: `github-${name}-deploy`,
      description: `Deploys ${name} from ${delivery.repository}, environment ${delivery.environment}`,
      ...{ issuer, oidcProviderArn },
      subjects: subjects(delivery.repository, [`environment:${delivery.environment}`]),
      sessionHours: 2,
      policies: {
        look: [...readState(rights), ...writeState(rights), ...look(rights)],
        make: make(rights),
        identities: makeIdentities(rights),
      },
    });
    for (const [id, value] of Object.entries({ plan_role_arn: plan.arn, deploy_role_arn: deploy.arn, state_bucket: state.bucket })) {
      new TerraformOutput(this, id, { value, staticId: true });
    }
  }
}

/** The file of the stack's own state, beside the other local states of the installation. */
export const bootstrapState = (installation: string): string => join(".terraform-state", installation, `${BOOTSTRAP}.tfstate`);

/** Writes the stack to a folder of its own, beside the others'. @returns the folder that was written. */
export function synthesizeBootstrap(config: BootstrapConfig, outdir: string): string {
  const app = new App({ outdir });
  new BootstrapStack(app, config);
  app.synth();
  return app.outdir;
}
