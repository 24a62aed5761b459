import { expect, test } from 'vitest';
import { deliverable } from '../../../../core/aws/topics/redrive-topic.ts';
import { jsonText } from '../../../../core/json-text.ts';

/** What SNS and SQS take (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html). */
const taken = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

test.each([
  ['noncharacters', '\ufffe\uffff\ufdd0'],
  ['control characters', '\u0000\u0007\u007f\u009f'],
  ['emoji', '😀'],
  ['a lone surrogate', '\ud800'],
  ['backslashes before them', '\\\ufffe\\\\\uffff'],
])('contract: data with %s is sent in characters that SNS takes, and is the same (P5)', (_, text) => {
  const message = jsonText({ data: { [text]: text } });
  const sent = deliverable(message);
  expect(sent).toMatch(taken);
  expect(JSON.parse(sent)).toEqual({ data: { [text]: text } });
});

test('contract: what SNS refuses is escaped even in a message that is nearly too large (P5)', () => {
  const data = `${'😀'.repeat(50_000)}\ufffe\uffff`;
  const sent = deliverable(jsonText({ data }));
  expect(sent).toMatch(taken);
  expect(Buffer.byteLength(sent)).toBeLessThan(256 * 1024);
  expect(JSON.parse(sent)).toEqual({ data });
});
