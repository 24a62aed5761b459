import { expect, test } from 'vitest';
import { SlackMessage, slackMessage } from '../../../../core/contract/formats/slack-message.ts';
import { limits } from '../../../../core/contract/limits.ts';
import { itemRecord } from '../../../support/item-record.ts';
import { notification } from '../../../support/notifications.ts';

const address = { url: 'http://127.0.0.1:8080', isTokenNeeded: false };

test.each(['opened', 'updated', 'reminder', 'resolved'] as const)(
  'users 1: a notification that is %s has a text and blocks that Slack takes',
  (event) => {
    const message = slackMessage(notification({ event }), address);
    expect(SlackMessage.parse(message)).toEqual(message);
    expect(message.text).toMatch(/^\[uploads\] /);
    expect(JSON.stringify(message)).toContain('http://127.0.0.1:8080/console#/incidents/');
    const list = 'http://127.0.0.1:8080/console#/workflows/uploads/items?state=overdue';
    expect(JSON.stringify(message).includes(list)).toBe(event !== 'resolved');
  },
);

test('a command to copy is a block of code', () => {
  const { blocks } = slackMessage(notification(), address);
  expect(blocks.map(({ text: { text } }) => text)).toContainEqual(
    expect.stringMatching(/^Acknowledge:\n```curl -X PATCH 'http.*'```$/),
  );
});

test('mentions nobody, whatever a reason says, and is within the limits of Slack', () => {
  const records = Array.from({ length: 30 }, (_, index) =>
    itemRecord({
      state: 'failed',
      item: `${'&'.repeat(limits.itemCharacters - 2)}${10 + index}`,
      failure: { reason: `<!channel>${'&'.repeat(900)}${index}`, at: '2026-03-01T12:00:04.000Z' },
    }),
  );
  const about = {
    description: '<'.repeat(limits.descriptionCharacters),
    runbook: `https://x/${'&'.repeat(500)}`,
  };
  const message = slackMessage(
    notification({ ...about, counts: { overdue: 0, failed: 30 } }, {}, records),
    address,
  );
  expect(SlackMessage.parse(message)).toEqual(message);
  const marked = message.blocks.filter(({ type }) => type === 'section').map(({ text: { text } }) => text);
  expect(marked.join('')).not.toMatch(/[<>]/);
});
