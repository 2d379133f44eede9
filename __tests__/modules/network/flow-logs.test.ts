import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { FlowLogs } from "../../../modules/network/flow-logs";
import { renderAlone } from "../../support/testing";

test.each([
  ["all", "ALL"],
  ["rejected", "REJECT"],
] as const)("%s traffic of the VPC goes to a log group of its own, for as long as asked", (traffic, traffic_type) => {
  const json = renderAlone((stack) => new FlowLogs(stack, "logs", { name: "ci", account: "111122223333", vpcId: "vpc-1", traffic, retentionDays: 30 }));
  expect(json).toHaveResourceWithProperties(CloudwatchLogGroup, { name: "/aws/vpc/ci/flow-logs", retention_in_days: 30 });
  expect(json).toHaveResourceWithProperties(FlowLog, {
    vpc_id: "vpc-1",
    traffic_type,
    log_destination: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.logs_log-group_\w+\.arn\}$/) as unknown,
  });
});
