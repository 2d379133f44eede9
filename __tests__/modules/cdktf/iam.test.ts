import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Role, serviceTrust } from "../../../modules/cdktf/iam";
import { renderAlone } from "../../support/testing";

test.each([
  ["eu-west-1", "aws"],
  ["cn-north-1", "aws-cn"],
  ["us-gov-east-1", "aws-us-gov"],
])("a role in %s has AWS's policies of that partition", (region, partition) => {
  const trust = serviceTrust("ec2.amazonaws.com", "111122223333");
  const json = renderAlone((stack) => new Role(stack, "node", { name: "ci-node", region, trust, awsPolicies: ["service-role/P"] }));
  expect(json).toHaveResourceWithProperties(IamRole, { name: "ci-node", assume_role_policy: trust });
  expect(json).toHaveResourceWithProperties(IamRolePolicyAttachment, { policy_arn: `arn:${partition}:iam::aws:policy/service-role/P` });
});
