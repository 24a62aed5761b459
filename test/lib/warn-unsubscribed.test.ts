import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { expect, test } from 'vitest';
import type { ProcessWarden } from '../../lib/process-warden.ts';
import { synthesise } from './synth.ts';

const kept = { areWarningsKept: true };

function warnings({ stack }: ReturnType<typeof synthesise>): string[] {
  const found = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('nobody is subscribed'));
  return found.map(({ entry }) => /subscribed to (\w+)/.exec(String(entry.data))?.[1] ?? '').sort();
}

test('security M5.1: a synthesis without subscriptions warns of both topics', () => {
  expect(warnings(synthesise({}, undefined, kept))).toEqual(['alarmTopic', 'notificationTopic']);
});

test('e-mail addresses are subscriptions, and so are those that the app adds itself', () => {
  expect(warnings(synthesise({ alertEmails: ['people@example.com'] }, undefined, kept))).toEqual([]);
  const subscribe = ({ notificationTopic }: ProcessWarden) =>
    notificationTopic.addSubscription(new UrlSubscription('https://example.com/hook'));
  const added = synthesise({}, subscribe, kept);
  expect(warnings(added)).toEqual(['alarmTopic']);
});

test('existing topics may have subscriptions already, and without alarms nobody need be subscribed', () => {
  const arn = 'arn:aws:sns:eu-central-1:123456789012:people';
  const props = (scope: Stack) => ({
    notificationTopic: Topic.fromTopicArn(scope, 'People', arn),
    alarms: false,
  });
  const given = synthesise(props, undefined, kept);
  expect(warnings(given)).toEqual([]);
});
