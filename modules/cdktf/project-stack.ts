import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Config } from "../config/schema";
import { anotherInstallation, INSTALLATION, INSTALLATION_PARTS } from "../contract/installation";
import type { StackId } from "../contract/outputs";
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
  constructor(scope: Construct, id: StackId, config: Config) {
    super(scope, id);
    addBackend(this, config, id);
    this.addOverride("terraform.required_version", versions.terraform);
    new AwsProvider(this, "aws", {
      region: config.region,
      ...(config.profile === undefined ? {} : { profile: config.profile }),
      ...(config.account === undefined ? {} : { allowedAccountIds: [config.account] }),
      defaultTags: [{ tags: { "dagger-ci/installation": config.name, "dagger-ci/stack": id, ...config.tags } }],
    });
    const account = config.account ?? new DataAwsCallerIdentity(this, "caller").accountId;
    const installation = { name: config.name, region: config.region, account };
    const conditions = INSTALLATION_PARTS.map((part) => ({
      holds: `self.input.${part} == ${literal(installation[part])}`,
      sentence: anotherInstallation(part, `\${self.input.${part}}`, installation[part]),
    }));
    remember(this, "identity", installation, ...conditions);
    addOutput(this, INSTALLATION, installation);
  }
}
