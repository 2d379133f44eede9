import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { policy, serviceTrust } from "../cdktf/iam";

export interface FlowLogsProps {
  readonly name: string;
  readonly account: string;
  readonly vpcId: string;
  readonly traffic: "all" | "rejected";
  readonly retentionDays: number;
  /** A role that exists and may write the logs. Default: one is made. */
  readonly roleArn?: string | undefined;
}

/**
 * VPC flow logs in a CloudWatch log group that Terraform owns.
 *
 * @example
 * new FlowLogs(stack, "flow-logs", { name: "dagger-ci", account, vpcId: vpc.vpcId, traffic: "rejected", retentionDays: 30 });
 */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, { name, account, vpcId, traffic, retentionDays, roleArn }: FlowLogsProps) {
    super(scope, id);
    const group = new CloudwatchLogGroup(this, "log-group", {
      name: `/aws/vpc/${name}/flow-logs`,
      retentionInDays: retentionDays,
    });
    new FlowLog(this, "flow-log", {
      vpcId,
      trafficType: { all: "ALL", rejected: "REJECT" }[traffic],
      logDestination: group.arn,
      iamRoleArn: roleArn ?? this.role(name, account, group.arn),
      maxAggregationInterval: 600,
      tags: { Name: name },
    });
  }

  private role(name: string, account: string, groupArn: string): string {
    const role = new IamRole(this, "role", {
      name: `${name}-flow-logs`,
      assumeRolePolicy: serviceTrust("vpc-flow-logs.amazonaws.com", account),
    });
    new IamRolePolicy(this, "policy", {
      name: "write-flow-logs",
      role: role.id,
      policy: policy({
        Sid: "WriteFlowLogs",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: `${groupArn}:*`,
      }),
    });
    return role.arn;
  }
}
