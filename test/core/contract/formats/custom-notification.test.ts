import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import {
  CustomNotification,
  customNotification,
} from '../../../../core/contract/formats/custom-notification.ts';
import { incidentRecord } from '../../../support/incident-record.ts';
import { itemRecord } from '../../../support/item-record.ts';
import { notification } from '../../../support/notifications.ts';

const texts = { type: 'array', items: { type: 'string' } };

/** As AWS documents it: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html */
const documented = new Ajv().compile({
  type: 'object',
  required: ['version', 'source', 'content'],
  additionalProperties: false,
  properties: {
    version: { const: '1.0' },
    source: { const: 'custom' },
    id: { type: 'string' },
    content: {
      type: 'object',
      required: ['description'],
      additionalProperties: false,
      properties: {
        textType: { const: 'client-markdown' },
        title: { type: 'string' },
        description: { type: 'string' },
        nextSteps: texts,
        keywords: texts,
      },
    },
    metadata: {
      type: 'object',
      additionalProperties: false,
      properties: {
        threadId: { type: 'string' },
        summary: { type: 'string' },
        eventType: { type: 'string' },
        relatedResources: texts,
        additionalContext: { type: 'object', additionalProperties: { type: 'string' } },
      },
    },
  },
});

describe('users 1: a notification for Amazon Q Developer in chat applications', () => {
  test.each(['opened', 'updated', 'reminder', 'resolved'] as const)(
    'that is %s is as AWS documents it',
    (event) => {
      const message = customNotification(notification({ event, severity: 'critical', owner: 'payments' }));
      expect(documented(message), JSON.stringify(documented.errors)).toBe(true);
      expect(CustomNotification.parse(message)).toEqual(message);
      expect(message.metadata.threadId).toBe(incidentRecord().id);
    },
  );

  test('says what is wrong, what to do, and which thread it belongs to', () => {
    const address = { url: 'https://warden.example.com', isTokenNeeded: true };
    const { id } = incidentRecord();
    expect(customNotification(notification({ owner: 'payments' }), address)).toMatchObject({
      id: `${id}.1`,
      content: {
        title: ':rotating_light: Workflow uploads: 1 item overdue.',
        description: expect.stringMatching(/^Owner: payments\.\n\n {2}scan-1 {2}overdue for/),
        nextSteps: expect.arrayContaining([expect.stringMatching(/^Resume, first as a dry run: curl/)]),
        keywords: ['uploads', 'overdue'],
      },
      metadata: {
        summary: '[uploads] 1 item overdue',
        eventType: 'process-warden overdue opened',
        relatedResources: [
          'uploads',
          `https://warden.example.com/console#/incidents/${id}`,
          'https://warden.example.com/console#/workflows/uploads/items?state=overdue',
        ],
        additionalContext: { workflow: 'uploads', incident: id, owner: 'payments' },
      },
    });
  });

  test('mentions nobody, whatever a reason says, and has no data (P9)', () => {
    const failure = { reason: '<!channel> <https://evil.example|click>', at: '2026-03-01T12:00:04.000Z' };
    const failed = itemRecord({ state: 'failed', failure, data: '{"secret":1}' });
    const told = notification({ counts: { overdue: 0, failed: 1 } }, {}, [failed]);
    const message = JSON.stringify(customNotification(told));
    expect(message).toContain('‹!channel›');
    expect(message).not.toMatch(/[<>]|secret/);
  });
});
