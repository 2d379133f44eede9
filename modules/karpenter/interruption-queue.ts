import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { Construct } from "constructs";
import { policy } from "../cdktf/iam";
import { partitionOf } from "../facts/regions";

/** The events that Karpenter 1.14 understands: source and detail type, as AWS writes them. */
export const INTERRUPTION_EVENTS = {
  health: ["aws.health", "AWS Health Event"],
  spot: ["aws.ec2", "EC2 Spot Instance Interruption Warning"],
  rebalance: ["aws.ec2", "EC2 Instance Rebalance Recommendation"],
  "state-change": ["aws.ec2", "EC2 Instance State-change Notification"],
  "capacity-reservation": ["aws.ec2", "EC2 Capacity Reservation Instance Interruption Warning"],
} as const;

export interface InterruptionQueueProps {
  readonly name: string;
  readonly region: string;
  readonly account: string;
}

/**
 * The queue through which Karpenter learns, minutes ahead, that AWS will take a node away.
 *
 * @example
 * const queue = new InterruptionQueue(stack, "interruption-queue", { name: "dagger-ci", region: "eu-west-1", account });
 * queue.name; // for Karpenter's setting interruptionQueue
 */
export class InterruptionQueue extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, region, account }: InterruptionQueueProps) {
    super(scope, id);
    const queue = new SqsQueue(this, "queue", {
      name: `${name}-karpenter`,
      messageRetentionSeconds: 300,
      sqsManagedSseEnabled: true,
    });
    new SqsQueuePolicy(this, "policy", {
      queueUrl: queue.url,
      policy: policy(
        {
          Sid: "EventsMaySend",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: queue.arn,
          // Only the rules below; their names are the installation's.
          Condition: {
            ArnEquals: {
              "aws:SourceArn": Object.keys(INTERRUPTION_EVENTS).map(
                (event) => `arn:${partitionOf(region)}:events:${region}:${account}:rule/${name}-karpenter-${event}`,
              ),
            },
          },
        },
        {
          Sid: "OnlyEncrypted",
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource: queue.arn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ),
    });
    for (const [event, [source, detailType]] of Object.entries(INTERRUPTION_EVENTS)) {
      const rule = new CloudwatchEventRule(this, event, {
        name: `${name}-karpenter-${event}`,
        eventPattern: JSON.stringify({ source: [source], "detail-type": [detailType] }),
      });
      new CloudwatchEventTarget(this, `${event}-target`, {
        rule: rule.name,
        targetId: "KarpenterInterruptionQueue",
        arn: queue.arn,
      });
    }
    this.name = queue.name;
    this.arn = queue.arn;
  }
}
