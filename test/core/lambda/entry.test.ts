import { describe, expect, test } from 'vitest';
import { parseEnvironment } from '../../../core/lambda/entry.ts';
import { environments } from '../../../core/names/environments.ts';

const complete: Record<string, string> = {
  ITEMS_TABLE: 'items',
  REGISTRY_TABLE: 'registry',
  TIMER_GROUP: 'group',
  TIMER_QUEUE_ARN: 'arn:queue',
  TIMER_ROLE_ARN: 'arn:role',
  TIMER_DEAD_LETTER_ARN: 'arn:dead',
  NOTIFICATION_TOPIC_ARN: 'arn:topic',
  ITEM_EVENT_TOPIC_ARN: 'arn:events',
  REDRIVE_TOPIC_ARN: 'arn:redrives',
  LEAST_TIMEOUT_SECONDS: '60',
  CONSOLE_URL: 'https://warden.example.com',
  RECEIVER: 'chat',
  CHAT_TOPIC_ARN: 'arn:chat',
  RECEIVER_SECRET_ARN: 'arn:secret',
  RECEIVER_URL: 'https://events.example.com',
  WORKFLOW_LIMIT: '1000',
  ALARM_TOPIC_ARN: 'arn:alarms',
  DEAD_LETTER_QUEUES: '[{"name": "Timer dead letters", "url": "https://sqs.example.com/dead"}]',
};

const optional = ['CONSOLE_URL', 'CHAT_TOPIC_ARN', 'RECEIVER_SECRET_ARN', 'RECEIVER_URL'];

describe.each(Object.entries(environments))('the environment of %s', (_, schema) => {
  const names = Object.keys(schema.shape);
  const required = names.filter((name) => !optional.includes(name));

  test('is accepted if it is complete, besides whatever else Lambda sets', () => {
    const environment = parseEnvironment(schema, { ...complete, AWS_REGION: 'eu-west-1' });
    expect(Object.keys(environment).toSorted()).toEqual(names.toSorted());
  });

  test('is refused with the names of all missing or empty variables, without values', () => {
    if (required.length === 0) return;
    const attempt = () => parseEnvironment(schema, { [required[0] ?? '']: '', OTHER: 'value' });
    expect(attempt).toThrow(required.join(', '));
    expect(attempt).not.toThrow('value');
  });
});

test.each(['', '[', '["url"]', '{"name": "url"}'])(
  'dead-letter queues of %j are refused',
  (DEAD_LETTER_QUEUES) => {
    expect(() =>
      parseEnvironment(environments['check-health'], { ...complete, DEAD_LETTER_QUEUES }),
    ).toThrow();
  },
);

test.each(['', 'sixty', '-1', '1e3', '60.5'])('a least timeout of %j is refused', (LEAST_TIMEOUT_SECONDS) => {
  expect(() => parseEnvironment(environments.progress, { ...complete, LEAST_TIMEOUT_SECONDS })).toThrow(
    'LEAST_TIMEOUT_SECONDS',
  );
});
