import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { expect, test } from 'vitest';
import { synthesise } from './synth.ts';

function warnings({ stack }: ReturnType<typeof synthesise>): string[] {
  const found = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('nobody is subscribed'));
  return found.map(({ entry }) => /subscribed to (\w+)/.exec(String(entry.data))?.[1] ?? '').sort();
}

test('security M5.1: a synthesis without subscriptions warns of both topics', () => {
  expect(warnings(synthesise())).toEqual(['alarmTopic', 'notificationTopic']);
});

test('e-mail addresses are subscriptions, and so are those that the app adds itself', () => {
  expect(warnings(synthesise({ alertEmails: ['people@example.com'] }))).toEqual([]);
  const added = synthesise({}, ({ notificationTopic }) =>
    notificationTopic.addSubscription(new UrlSubscription('https://example.com/hook')),
  );
  expect(warnings(added)).toEqual(['alarmTopic']);
});

test('existing topics may have subscriptions already, and without alarms nobody need be subscribed', () => {
  const arn = 'arn:aws:sns:eu-central-1:123456789012:people';
  const given = synthesise((scope) => ({
    notificationTopic: Topic.fromTopicArn(scope, 'People', arn),
    alarms: false,
  }));
  expect(warnings(given)).toEqual([]);
});
