import "../modules/cdktf/lean-cdktf";
import { join, relative, resolve } from "node:path";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { DeliveryRole } from "../modules/bootstrap/delivery-role";
import { boundary } from "../modules/bootstrap/rights/boundary";
import { cluster } from "../modules/bootstrap/rights/cluster";
import { handOver, roles } from "../modules/bootstrap/rights/identities";
import { look } from "../modules/bootstrap/rights/look";
import { changeNetwork, makeNetwork } from "../modules/bootstrap/rights/network";
import type { Scope } from "../modules/bootstrap/rights/scope";
import { readState, writeState } from "../modules/bootstrap/rights/state";
import { tokenTrust } from "../modules/bootstrap/token-trust";
import { StateBucket } from "../modules/bootstrap/state-bucket";
import type { BootstrapConfig } from "../modules/bootstrap/config";
import { atPath, policy } from "../modules/cdktf/iam";
import { isAutoscaled } from "../modules/config/fleet";
import { awsSecrets } from "../modules/contract/aws-secrets";
import { boundaryPolicy, deployRole, permissionsBoundary, planRole } from "../modules/contract/delivery-names";
import { existingRoles } from "../modules/contract/existing-roles";
import { amiParameters, diskKeys, guestRoles } from "../modules/contract/karpenter-needs";
import { interfaceEndpoints } from "../modules/contract/endpoints";
import { makesSeedBucket, seedBucket } from "../modules/contract/seed-bucket";
import { partitionOf } from "../modules/facts/regions";
import { EKS_ADDONS, versions } from "../modules/facts/versions";

export const BOOTSTRAP = "bootstrap";
/** How long a deploy may take, by the session of its role. */
const SESSION_HOURS = 2;

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
      defaultTags: [{ tags: { ...config.tags, "dagger-ci/bootstrap": name } }],
    });
    const partition = partitionOf(region);
    const account = config.account ?? new DataAwsCallerIdentity(this, "caller").accountId;
    const kms = state.kmsKeyArn === undefined ? {} : { kmsKeyArn: state.kmsKeyArn };
    new StateBucket(this, "state", { name: state.bucket, partition, ...kms });

    const { issuer, ...trust } = tokenTrust(config, partition);
    const oidcProviderArn =
      delivery.oidcProvider === "new"
        ? new IamOpenidConnectProvider(this, "github", { url: `https://${issuer}`, clientIdList: ["sts.amazonaws.com"] }).arn
        : `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;
    const rights = scopeOf(config, { account, partition });
    if (config.cluster.permissionsBoundary === undefined) {
      new IamPolicy(this, "boundary", {
        name: boundaryPolicy(name),
        description: `The most that any role of ${name} can do`,
        ...atPath(config.cluster.iamPath),
        policy: policy(...boundary(rights)),
      });
    }
    const plan = new DeliveryRole(this, "plan", {
      name: planRole(name),
      path: config.cluster.iamPath,
      description: `Plans ${name} for pull requests and drift checks of ${delivery.repository}`,
      oidcProviderArn,
      conditions: trust.plan,
      sessionHours: 1,
      policies: { states: readState(rights), look: look(rights, "plan") },
    });
    const deploy = new DeliveryRole(this, "deploy", {
      name: deployRole(name),
      path: config.cluster.iamPath,
      description: `Deploys ${name} from ${delivery.repository}, environment ${delivery.environment}`,
      oidcProviderArn,
      conditions: trust.deploy,
      sessionHours: SESSION_HOURS,
      policies: {
        states: [...readState(rights), ...writeState(rights)],
        look: look(rights, "deploy"),
        network: makeNetwork(rights),
        "network-changes": changeNetwork(rights),
        cluster: cluster(rights),
        roles: roles(rights),
        "hand-over": handOver(rights),
      },
    });
    for (const [id, value] of Object.entries({ plan_role_arn: plan.arn, deploy_role_arn: deploy.arn, state_bucket: state.bucket })) {
      new TerraformOutput(this, id, { value, staticId: true });
    }
  }
}

/** The file of the stack's own state, beside the other local states of the installation. */
export const bootstrapState = (installation: string): string => join(".terraform-state", installation, `${BOOTSTRAP}.tfstate`);

/** What the rights of the two roles are about. */
function scopeOf(config: BootstrapConfig, place: Pick<Scope, "account" | "partition">): Scope {
  const { name, region, state, delivery, network: net, cluster: it } = config;
  const ownCluster = it.mode === "new";
  const webhookGroupId = it.mode === "existing" && config.addons.summerwind === "install" ? it.supportNodes.securityGroupId : undefined;
  return {
    ...{ name, region, ...place },
    state: { bucket: state.bucket, prefix: state.prefix ?? name, ...(state.kmsKeyArn === undefined ? {} : { kmsKeyArn: state.kmsKeyArn }) },
    secrets: awsSecrets(config),
    secretKeyArns: delivery.secretsKmsKeyArns,
    jobRoles: [...new Set(config.fleets.flatMap(({ runners }) => runners.flatMap(({ serviceAccount }) => serviceAccount?.roleArn ?? [])))],
    iamPath: it.iamPath,
    ...seedsOf(config, place.account),
    boundary: permissionsBoundary(config, place.account)!,
    network: { own: net.mode === "new", interfaceEndpoints: net.mode === "new" && interfaceEndpoints(region, net).length > 0 },
    cluster: {
      name: ownCluster ? name : it.name,
      own: ownCluster,
      addons: EKS_ADDONS.filter((addon) => it.addons[addon]),
      karpenter: config.addons.karpenter.mode !== "existing",
      persistentFleets: config.fleets.some((fleet) => !isAutoscaled(fleet)),
      spotRole: it.spotServiceLinkedRole,
      ...(it.runnerNodes.roleArn === undefined ? {} : { runnerNodeRoleArn: it.runnerNodes.roleArn }),
      existingRoleArns: [...new Set(existingRoles(config).map(([, arn]) => arn))],
      guestRoleArns: guestRoles(config),
      diskKeyArns: diskKeys(config),
      amiParameterArns: amiParameters(config, place.account),
      ...(ownCluster && it.kmsKeyArn !== undefined ? { kmsKeyArn: it.kmsKeyArn } : {}),
      ...(webhookGroupId === undefined ? {} : { webhookGroupId }),
    },
  };
}

function seedsOf(config: BootstrapConfig, account: string): Pick<Scope, "seeds"> {
  const bucket = seedBucket(config, account);
  const { kmsKeyArn } = config.seeds;
  return bucket === undefined ? {} : { seeds: { bucket, own: makesSeedBucket(config), ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }) } };
}

/** Writes the stack to a folder of its own, beside the others'. @returns the folder that was written. */
export function synthesizeBootstrap(config: BootstrapConfig, outdir: string): string {
  const app = new App({ outdir });
  new BootstrapStack(app, config);
  app.synth();
  return app.outdir;
}
