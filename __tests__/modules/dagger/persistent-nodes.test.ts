import { EksNodeGroup } from "@cdktf/provider-aws/lib/eks-node-group";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import type { PersistentFleet } from "../../../modules/config/fleet";
import { PersistentNodes } from "../../../modules/dagger/persistent-nodes";
import { parseConfig } from "../../../modules/load-config";
import { minimal } from "../../support/project";
import { renderAlone } from "../../support/testing";

const nodes = (instanceType: string, architecture: string) => {
  const { fleets } = parseConfig(
    minimal(`fleets: [{name: warm, nodes: {mode: persistent, instanceType: ${instanceType}, architecture: ${architecture}, count: 2}, runners: [{cpu: 2, memory: 8Gi, max: 4}]}]`),
  );
  return renderAlone((stack) =>
    new PersistentNodes(stack, "nodes", {
      ...{ name: "ci", region: "eu-west-1", account: "111122223333", clusterName: "ci", fleet: fleets[0] as PersistentFleet },
      ...{ subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"], tags: {}, cniPolicy: false },
    }),
  );
};

test.each([
  ["m6id.4xlarge", "amd64", "AL2023_x86_64_STANDARD"],
  ["m7gd.4xlarge", "arm64", "AL2023_ARM_64_STANDARD"],
])("%s: as many nodes as asked, for this fleet alone, with an AMI of their architecture", (instanceType, architecture, ami_type) => {
  const json = nodes(instanceType, architecture);
  expect(json).toHaveResourceWithProperties(EksNodeGroup, {
    ami_type,
    instance_types: [instanceType],
    scaling_config: { min_size: 2, desired_size: 2, max_size: 3 },
    taint: [{ key: "actions-runner", value: "warm", effect: "NO_SCHEDULE" }],
  });
  expect(json).toHaveResourceWithProperties(LaunchTemplate, { vpc_security_group_ids: ["sg-1"] });
});
