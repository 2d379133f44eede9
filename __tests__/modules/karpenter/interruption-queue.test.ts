import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { INTERRUPTION_EVENTS, InterruptionQueue } from "../../../modules/karpenter/interruption-queue";
import { renderAlone } from "../../support/testing";

test("an encrypted queue that forgets after five minutes, and a rule with a target for each event", () => {
  const json = renderAlone((stack) => new InterruptionQueue(stack, "queue", { name: "ci", region: "eu-west-1", account: "111122223333" }));
  expect(json).toHaveResourceWithProperties(SqsQueue, {
    name: "ci-karpenter",
    message_retention_seconds: 300,
    sqs_managed_sse_enabled: true,
  });
  for (const [event, [source, detailType]] of Object.entries(INTERRUPTION_EVENTS)) {
    expect(json).toHaveResourceWithProperties(CloudwatchEventRule, {
      name: `ci-karpenter-${event}`,
      event_pattern: JSON.stringify({ source: [source], "detail-type": [detailType] }),
    });
    expect(json).toHaveResourceWithProperties(CloudwatchEventTarget, {
      rule: expect.stringMatching(`aws_cloudwatch_event_rule\\.queue_${event}_\\w+\\.name`) as unknown,
      target_id: "KarpenterInterruptionQueue",
    });
  }
});
