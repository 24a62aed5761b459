import type * as z from 'zod/mini';
import { Digest } from '../contract/digest.ts';
import { ItemEvent } from '../contract/item-event.ts';
import { Notification } from '../contract/notification.ts';
import { RedriveMessage } from '../contract/redrive.ts';
import type { Examples } from './described.ts';
import { copied, incidentId, otherIncidentId, redriveId, waiting } from './samples.ts';
import { type Json, schemaReference } from './schemas.ts';

interface WebhookText {
  summary: string;
  description: string;
  schema: z.core.$ZodType;
  examples: object;
}

const notifications: Examples<Notification> = {
  opened: {
    summary: 'The first notification of an incident',
    value: {
      id: `${incidentId}.1`,
      sequence: 1,
      event: 'opened',
      level: 'alert',
      kind: 'overdue',
      incident: incidentId,
      workflow: 'uploads',
      subject: '[uploads] 1 item overdue',
      at: '2026-11-21T09:30:00.530Z',
      openedAt: '2026-11-21T09:30:00.412Z',
      counts: { overdue: 1, failed: 0 },
      changes: { overdue: 1, failed: 0, completedLate: 0, restarted: 0, redriven: 0, discarded: 0 },
      outcomes: { completedLate: 0, restarted: 0, redriven: 0, discarded: 0 },
      steps: [{ step: 'received', count: 1 }],
      reasons: [],
      commonTags: [],
      items: [
        {
          item: waiting.item,
          attempt: 1,
          state: 'overdue',
          deadline: waiting.deadline,
          startedAt: waiting.startedAt,
          overdueByMs: 530,
          step: 'received',
          stepAt: waiting.startedAt,
          caughtBy: 'timer',
        },
      ],
    },
  },
};

const digests: Examples<Digest> = {
  digest: {
    summary: 'Two notifications that were held back, in one',
    value: {
      id: 'digest.5d1c2f0b8f3e4a6f9c7b1a2d3e4f5061',
      event: 'digest',
      level: 'alert',
      subject: '1 workflow has an incident, 1 incident is resolved',
      at: '2026-11-21T09:31:00.120Z',
      workflows: 1,
      resolved: 1,
      incidents: [
        {
          notification: `${incidentId}.1`,
          sequence: 1,
          event: 'opened',
          incident: incidentId,
          workflow: 'uploads',
          kind: 'overdue',
          openedAt: '2026-11-21T09:30:00.412Z',
          counts: { overdue: 12, failed: 0 },
        },
        {
          notification: `${otherIncidentId}.resolved`,
          sequence: 5,
          event: 'resolved',
          incident: otherIncidentId,
          workflow: 'orders',
          kind: 'overdue',
          openedAt: '2026-11-21T08:02:11.000Z',
          counts: { overdue: 0, failed: 0 },
        },
      ],
    },
  },
};

const itemEvents: Examples<ItemEvent> = {
  overdue: {
    summary: 'An item is overdue',
    value: {
      id: '1JZBz61onKKscF83QHA746',
      event: 'item.overdue',
      workflow: 'uploads',
      item: waiting.item,
      attempt: 1,
      at: '2026-11-21T09:30:00.412Z',
      deadline: waiting.deadline,
      startedAt: waiting.startedAt,
      step: 'received',
      tags: waiting.tags,
      caughtBy: 'timer',
      incident: incidentId,
    },
  },
};

const stuckEvent: Examples<ItemEvent> = {
  stuck: {
    summary: 'An item is stuck',
    value: {
      id: 'cG0mKqB8r4uV1xY5zA2dEf',
      event: 'item.stuck',
      workflow: 'uploads',
      item: waiting.item,
      attempt: 1,
      at: '2026-11-21T09:25:00.412Z',
      deadline: waiting.deadline,
      startedAt: waiting.startedAt,
      step: 'received',
      progress: 1840,
      progressedAt: '2026-11-21T09:20:00.000Z',
      tags: waiting.tags,
      incident: incidentId,
    },
  },
};

const redriveMessages: Examples<RedriveMessage> = {
  redrive: {
    summary: 'An item that was copied but not backed up',
    value: {
      id: '1JZBz61onKKscF83QHA746',
      redrive: redriveId,
      workflow: 'uploads',
      item: waiting.item,
      attempt: 2,
      deadline: '2026-11-21T10:41:03.000Z',
      steps: copied.steps,
      tags: copied.tags,
      run: 'attempt-7f3a',
      data: { bucket: 'in', key: 'a.tiff' },
    },
  },
};

/** The messages that subscribers receive, by the name of the webhook. */
const webhookTexts: Record<string, WebhookText> = {
  notification: {
    summary: 'A notification of an incident, for people and their tools',
    description:
      'Published to the notification topic, with the message attributes `workflow`, `event`, `level`, `kind` and `severity`; a service on a laptop posts it to `--webhook`. It never carries data.',
    schema: Notification,
    examples: notifications,
  },
  digest: {
    summary: 'Many notifications in one',
    description:
      'People receive at most 5 notifications a second and 20 a minute. All further notifications are published to the notification topic as one digest, with the message attributes `workflow`, `event`, `level`, `kind` and `severity`; `workflow`, `kind` and `severity` are lists, so a digest matches the filter of each workflow in it. A service on a laptop posts it to `--webhook`.',
    schema: Digest,
    examples: digests,
  },
  'item-event': {
    summary: 'An event of one item, for machines',
    description:
      'Published to the item-event topic, with the message attributes `workflow` and `event`. It never carries data.',
    schema: ItemEvent,
    examples: { ...itemEvents, ...stuckEvent },
  },
  redrive: {
    summary: 'A resumed item with its data, for the upstream service',
    description:
      'Published to the redrive topic, with the message attribute `workflow`; a service on a laptop posts it to `--redrive-webhook`. It can be delivered more than once, always with the same `id`.',
    schema: RedriveMessage,
    examples: redriveMessages,
  },
};

export function webhooks(): Json {
  const described = Object.entries(webhookTexts).map(([name, { schema, examples, ...text }]) => {
    const content = { 'application/json': { schema: schemaReference(schema, name), examples } };
    const responses = { '2XX': { description: 'Received; it is not sent again.' } };
    // The document has no security for webhooks: SNS signs its own deliveries.
    const security: Json[] = [];
    const requestBody = { required: true, content };
    return [name, { post: { operationId: `receive-${name}`, ...text, security, requestBody, responses } }];
  });
  return Object.fromEntries(described);
}
