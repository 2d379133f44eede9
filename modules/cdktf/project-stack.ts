import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Aspects, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Config } from "../config/schema";
import { permissionsBoundary } from "../contract/delivery-names";
import { frozen } from "../contract/frozen";
import { anotherInstallation, INSTALLATION, INSTALLATION_PARTS } from "../contract/installation";
import type { StackId } from "../contract/outputs";
import { providerRole } from "./assumed-role";
import { addOutput } from "./stack-outputs";
import { addBackend } from "./state";
import { versions } from "../facts/versions";
import { literal, remember } from "./standing";

/**
 * What all four stacks have: a backend, a Terraform version, AWS with the project's tags on everything, and the
 * installation that they are part of. That stays in the state, so that Terraform itself refuses a configuration of
 * another one.
 */
export abstract class ProjectStack extends TerraformStack {
  /** Id of the AWS account: the configured one, or that of whoever runs Terraform. */
  readonly account: string;
  private untagged?: AwsProvider;

  constructor(
    scope: Construct,
    id: StackId,
    private readonly config: Config,
  ) {
    super(scope, id);
    addBackend(this, config, id);
    this.addOverride("terraform.required_version", versions.terraform);
    new AwsProvider(this, "aws", {
      region: config.region,
      ...(config.profile === undefined ? {} : { profile: config.profile }),
      ...providerRole(config),
      ...(config.account === undefined ? {} : { allowedAccountIds: [config.account] }),
      defaultTags: [{ tags: { ...config.tags, "dagger-ci/installation": config.name, "dagger-ci/stack": id } }],
    });
    this.account = config.account ?? new DataAwsCallerIdentity(this, "caller").accountId;
    // On every role, so that none can be forgotten: the role that deploys may make none without.
    Aspects.of(this).add({
      visit: (node) => {
        const { iamPath } = config.cluster;
        if (iamPath !== "/" && (node instanceof IamRole || node instanceof IamPolicy || node instanceof IamInstanceProfile)) node.path = iamPath;
        if (!(node instanceof IamRole)) return;
        const boundary = permissionsBoundary(config, this.account);
        if (boundary !== undefined) node.permissionsBoundary = boundary;
      },
    });
    const installation = { name: config.name, region: config.region, account: this.account };
    const conditions = INSTALLATION_PARTS.map((part) => ({
      holds: `self.input.${part} == ${literal(installation[part])}`,
      sentence: anotherInstallation(part, `\${self.input.${part}}`, installation[part]),
    }));
    // Another path replaces roles: the cluster with its own, and nodes lose their place in it.
    const { iamPath } = config.cluster;
    const path = { holds: `try(self.input.iam_path, "/") == ${literal(iamPath)}`, sentence: frozen.iamPath(iamPath, '${try(self.input.iam_path, "/")}') };
    remember(this, "identity", { ...installation, ...(iamPath === "/" ? {} : { iam_path: iamPath }) }, ...conditions, path);
    addOutput(this, INSTALLATION, installation);
  }

  /** The stack that a construct is in. */
  static around(construct: Construct): ProjectStack {
    const stack = TerraformStack.of(construct);
    if (stack instanceof ProjectStack) return stack;
    throw new Error(`${construct.node.path} is in no stack of the project`);
  }

  /** AWS without tags, for what cannot be tagged by the role that deploys; made when it is first asked for. */
  untaggedAws(): AwsProvider {
    const { region, profile, account } = this.config;
    this.untagged ??= new AwsProvider(this, "aws-untagged", {
      alias: "untagged",
      region,
      ...(profile === undefined ? {} : { profile }),
      ...providerRole(this.config),
      ...(account === undefined ? {} : { allowedAccountIds: [account] }),
    });
    return this.untagged;
  }
}
