import { Annotations, Aspects, Stack } from 'aws-cdk-lib';
import { CfnSubscription, type ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/**
 * Warns at synthesis of each topic that nothing in the app subscribes to: SNS drops messages to a topic without
 * subscriptions, and counts no failure. Existing topics may have subscriptions that the app does not know.
 */
export function warnUnsubscribed(scope: Construct, topics: Readonly<Record<string, ITopic>>): void {
  const stack = Stack.of(scope);
  const textOf = (arn: string) => JSON.stringify(stack.resolve(arn));
  // After the whole app is built: subscriptions can be added anywhere and late.
  Aspects.of(scope).add({
    visit(node) {
      if (node !== scope) return;
      const all = scope.node.root.node.findAll();
      const subscribed = new Set(
        all.flatMap((one) => (one instanceof CfnSubscription ? [textOf(one.topicArn)] : [])),
      );
      for (const [name, topic] of Object.entries(topics)) {
        if (subscribed.has(textOf(topic.topicArn))) continue;
        Annotations.of(scope).addWarningV2(
          `process-warden:${name}WithoutSubscription`,
          `nobody is subscribed to ${name}: set alertEmails, or subscribe to it after the deployment`,
        );
      }
    },
  });
}
