import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Config } from "../config/schema";
import type { StackId } from "../contract/outputs";
import { addBackend } from "./state";
import { versions } from "../facts/versions";

/** What all four stacks have: a backend, a Terraform version, and AWS with the project's tags on everything. */
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
  }
}
