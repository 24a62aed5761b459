import type * as z from 'zod/mini';
import type {
  BatchReply,
  CompleteOperation,
  ProgressOperation,
  RegisterOperation,
} from '../contract/batch.ts';
import type { HealthReply } from '../contract/health.ts';
import type {
  AcknowledgeRequest,
  Incident,
  IncidentSummary,
  IncidentsReply,
  Silence,
  SilenceRequest,
} from '../contract/incident.ts';
import type {
  CompleteReply,
  Item,
  ItemSummary,
  ProgressRequest,
  RegisterReply,
  RegisterRequest,
} from '../contract/item.ts';
import type { ItemEvent } from '../contract/item-event.ts';
import type { ListReply } from '../contract/item-list.ts';
import type { Notification } from '../contract/notification.ts';
import type { TokenReply, TokenRequest, TokenSummary, TokensReply } from '../contract/token.ts';
import type { Workflow, WorkflowSettings, WorkflowsReply } from '../contract/workflow.ts';

export type Examples<Value> = Record<string, { summary: string; value: Value }>;

export const waiting: ItemSummary = {
  workflow: 'uploads',
  item: '2026/11/scan-4711.tiff',
  attempt: 1,
  state: 'waiting',
  deadline: '2026-11-21T09:30:00.000Z',
  registeredAt: '2026-11-21T09:15:00.000Z',
  startedAt: '2026-11-21T09:15:00.000Z',
  step: 'received',
  steps: [{ step: 'received', at: '2026-11-21T09:15:00.000Z' }],
  tags: { customer: 'acme' },
  run: 'attempt-7f3a',
};

export const copied: ItemSummary = {
  ...waiting,
  deadline: '2026-11-21T09:40:00.000Z',
  step: 'copied',
  steps: [...waiting.steps, { step: 'copied', at: '2026-11-21T09:25:00.000Z' }],
};

const overdue: ItemSummary = {
  ...waiting,
  state: 'overdue',
  overdueAt: '2026-11-21T09:30:00.412Z',
  caughtBy: 'timer',
};

const failed: ItemSummary = {
  ...copied,
  state: 'failed',
  failure: { reason: 'the target bucket is gone', type: 'NoSuchBucket', at: '2026-11-21T09:26:00.000Z' },
};

const workflow: Workflow = {
  workflow: 'uploads',
  timeout: 'PT15M',
  description: 'Scans from the branches: receive, copy, back up.',
  tags: { team: 'archive' },
  firstSeenAt: '2026-11-01T08:00:00.000Z',
  counts: { waiting: 3, overdue: 1, failed: 0 },
  nextCheckAt: '2026-11-21T09:30:00.000Z',
  oldestBreached: '2026-11-21T09:30:00.000Z',
};

export const registerRequests: Examples<RegisterRequest> = {
  timeout: {
    summary: 'Fifteen minutes, with all that is needed to resume the work',
    value: {
      timeout: 'PT15M',
      data: { bucket: 'in', key: 'a.tiff' },
      step: 'received',
      tags: { customer: 'acme' },
      run: 'attempt-7f3a',
    },
  },
  deadline: { summary: 'By a point in time', value: { deadline: '2026-11-21T09:30:00Z' } },
  default: { summary: "The workflow's own timeout", value: {} },
  early: {
    summary: 'A first step within a minute, and a warning after ten',
    value: { timeout: 'PT15M', startBy: 'PT1M', warnAfter: 'PT10M' },
  },
  restart: { summary: 'A new attempt, even if one is waiting', value: { timeout: 900, restart: true } },
};

export const progressRequests: Examples<z.infer<typeof ProgressRequest>> = {
  step: { summary: 'A step, and 15 more minutes from now', value: { step: 'copied', timeout: 'PT15M' } },
  heartbeat: { summary: 'Only more time', value: { timeout: 300 } },
  failed: {
    summary: 'The work has failed: people are told at once',
    value: { failed: { reason: 'the target bucket is gone', type: 'NoSuchBucket' } },
  },
};

export const workflowSettings: Examples<WorkflowSettings> = {
  settings: {
    summary: 'A timeout for items that come without one',
    value: {
      timeout: 'PT15M',
      description: 'Scans from the branches: receive, copy, back up.',
      tags: { team: 'archive' },
    },
  },
  alerts: {
    summary: 'When people are told of what, and how many registrations are expected',
    value: {
      timeout: 'PT15M',
      warnAfter: 'PT10M',
      severity: 'critical',
      notifications: { spacing: 'PT5M', reminder: 'PT2H', quiet: { items: 10, for: 'PT2M' } },
      expect: { atLeast: 100, every: 'PT1H' },
    },
  },
  automatic: {
    summary: 'Work that may be done twice, resumed by itself up to three times',
    value: { timeout: 'PT15M', idempotent: true, redrive: { automatic: { max: 3, after: 'PT5M' } } },
  },
  none: { summary: 'No settings: items must bring their own timeout', value: {} },
};

export const created: Examples<RegisterReply> = {
  created: { summary: 'The item is watched from now on', value: { outcome: 'created', ...waiting } },
};

export const registered: Examples<RegisterReply> = {
  unchanged: { summary: 'It was waiting already', value: { outcome: 'unchanged', ...waiting } },
  restarted: {
    summary: 'It was overdue and is in its next attempt',
    value: {
      outcome: 'restarted',
      ...waiting,
      attempt: 2,
      deadline: '2026-11-21T10:15:00.000Z',
      startedAt: '2026-11-21T10:00:00.000Z',
      steps: [{ step: 'received', at: '2026-11-21T10:00:00.000Z' }],
    },
  },
};

export const items: Examples<z.infer<typeof Item>> = {
  overdue: { summary: 'An overdue item', value: { ...overdue, data: { bucket: 'in', key: 'a.tiff' } } },
};

export const progressed: Examples<ItemSummary> = {
  step: { summary: 'A step further, with a later deadline', value: copied },
  failed: { summary: 'Failed', value: failed },
};

export const completed: Examples<CompleteReply> = {
  onTime: { summary: 'In time', value: { outcome: 'on-time', attempt: 1, tookMs: 734_120 } },
  late: { summary: 'Late', value: { outcome: 'late', attempt: 1, tookMs: 1_020_000, lateByMs: 120_000 } },
};

export const lists: Examples<ListReply> = {
  last: { summary: 'The last page', value: { items: [overdue] } },
  more: { summary: 'More to come', value: { items: [copied], cursor: 'eyJhZnRlciI6IjIwMjYtMTEtMjEifQ' } },
  empty: { summary: 'Nothing found', value: { items: [] } },
};

export const exports: Examples<string> = {
  lines: {
    summary: 'One item on a line',
    value: `${JSON.stringify({ ...overdue, data: { bucket: 'in', key: 'a.tiff' } })}\n`,
  },
};

type BatchOperation =
  | z.infer<typeof RegisterOperation>
  | z.infer<typeof ProgressOperation>
  | z.infer<typeof CompleteOperation>;

export const batchRequests: Examples<{ operations: BatchOperation[] }> = {
  each: {
    summary: 'One of each',
    value: {
      operations: [
        { op: 'register', item: waiting.item, timeout: 'PT15M', data: { bucket: 'in', key: 'a.tiff' } },
        { op: 'progress', item: '2026/11/scan-4710.tiff', step: 'copied' },
        { op: 'complete', item: '2026/11/scan-4709.tiff', run: 'attempt-7f3a' },
      ],
    },
  },
};

export const batchReplies: Examples<z.infer<typeof BatchReply>> = {
  each: {
    summary: 'The first two were done, the third found no item',
    value: {
      results: [
        { status: 201, outcome: 'created', ...waiting },
        { status: 200, ...copied, item: '2026/11/scan-4710.tiff' },
        {
          type: 'urn:process-warden:problem:item-not-found',
          title: 'There is no such item',
          status: 404,
          code: 'item-not-found',
          detail: 'workflow "uploads" has no item "2026/11/scan-4709.tiff"',
        },
      ],
    },
  },
};

export const itemEvents: Examples<ItemEvent> = {
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
      incident: '0mk3v1x8ch2f6p9d4t7q',
    },
  },
};

const silence: Silence = {
  from: '2026-11-21T09:35:00.000Z',
  until: '2026-11-21T18:00:00.000Z',
  reason: 'the archive is being moved',
  by: '4mQ9xT2bVw7K',
};

export const workflows: Examples<Workflow> = {
  workflow: { summary: 'A workflow', value: workflow },
  silenced: { summary: 'One that is silenced', value: { ...workflow, silence } },
};

export const silenceRequests: Examples<SilenceRequest> = {
  silence: {
    summary: 'Until the evening',
    value: { until: '2026-11-21T18:00:00Z', reason: 'the archive is being moved' },
  },
};

export const silences: Examples<Silence> = { silence: { summary: 'Silenced', value: silence } };

const openIncident: IncidentSummary = {
  id: '0mk3v1x8ch2f6p9d4t7q',
  workflow: 'uploads',
  kind: 'overdue',
  state: 'open',
  openedAt: '2026-11-21T09:30:00.412Z',
  counts: { overdue: 300, failed: 12 },
  outcomes: { completedLate: 41, restarted: 0, redriven: 0, discarded: 0 },
  acknowledged: { at: '2026-11-21T09:33:10.000Z', by: 'Zk81LmPq0RtY', note: 'the disk of copy-2 is full' },
  notifications: 2,
  notifiedAt: '2026-11-21T09:31:04.000Z',
};

const { acknowledged: _, ...past } = openIncident;

export const incidents: Examples<Incident> = {
  incident: {
    summary: 'One that is open and acknowledged',
    value: {
      ...openIncident,
      timeline: [
        { at: openIncident.openedAt, event: 'opened' },
        {
          at: '2026-11-21T09:30:00.530Z',
          event: 'notified',
          notification: { id: `${openIncident.id}.1`, event: 'opened' },
          counts: { overdue: 100, failed: 0 },
          outcomes: { completedLate: 0, restarted: 0, redriven: 0, discarded: 0 },
        },
        {
          at: '2026-11-21T09:31:04.000Z',
          event: 'notified',
          notification: { id: `${openIncident.id}.2`, event: 'updated' },
          counts: { overdue: 300, failed: 12 },
          outcomes: openIncident.outcomes,
        },
        {
          at: '2026-11-21T09:33:10.000Z',
          event: 'acknowledged',
          by: 'Zk81LmPq0RtY',
          note: 'the disk of copy-2 is full',
        },
      ],
    },
  },
};

export const notifications: Examples<Notification> = {
  opened: {
    summary: 'The first of an incident',
    value: {
      id: `${openIncident.id}.1`,
      event: 'opened',
      level: 'alert',
      kind: 'overdue',
      incident: openIncident.id,
      workflow: 'uploads',
      subject: '[uploads] 1 item overdue',
      at: '2026-11-21T09:30:00.530Z',
      openedAt: openIncident.openedAt,
      counts: { overdue: 1, failed: 0 },
      changes: { overdue: 1, failed: 0, completedLate: 0, restarted: 0, redriven: 0, discarded: 0 },
      outcomes: { completedLate: 0, restarted: 0, redriven: 0, discarded: 0 },
      steps: [{ step: 'received', count: 1 }],
      reasons: [],
      neverStarted: 0,
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

export const incidentLists: Examples<IncidentsReply> = {
  incidents: {
    summary: 'One that is open and one that is over',
    value: {
      incidents: [
        openIncident,
        {
          ...past,
          id: '0mk2bb07vh3s0w5r8k1z',
          state: 'resolved',
          openedAt: '2026-11-20T07:04:11.000Z',
          resolvedAt: '2026-11-20T07:29:00.000Z',
          counts: { overdue: 0, failed: 0 },
          outcomes: { completedLate: 312, restarted: 12, redriven: 0, discarded: 0 },
          notifications: 4,
          notifiedAt: '2026-11-20T07:29:00.000Z',
        },
      ],
    },
  },
};

export const acknowledgeRequests: Examples<AcknowledgeRequest> = {
  note: {
    summary: 'With a note for the others',
    value: { acknowledged: true, note: 'the disk of copy-2 is full' },
  },
  only: { summary: 'Without a note', value: { acknowledged: true } },
};

export const workflowLists: Examples<WorkflowsReply> = {
  workflows: {
    summary: 'A workflow, with more items than are counted',
    value: { workflows: [{ ...workflow, counts: { waiting: '10000+', overdue: 1, failed: 0 } }] },
  },
};

const token: TokenSummary = {
  id: '4mQ9xT2bVw7K',
  name: 'upload service',
  state: 'active',
  scopes: ['ingest'],
  workflows: ['uploads', 'scans-*'],
  createdAt: '2026-11-21T09:00:00.000Z',
  createdBy: 'Zk81LmPq0RtY',
  expiresAt: '2027-02-19T09:00:00.000Z',
  lastUsedAt: '2026-11-21T09:15:00.000Z',
};

export const tokenRequests: Examples<TokenRequest> = {
  ingest: {
    summary: 'For a service that registers and completes items, for 90 days',
    value: {
      name: 'upload service',
      scopes: ['ingest'],
      workflows: ['uploads', 'scans-*'],
      expiresIn: 'P90D',
    },
  },
  admin: { summary: 'For everything', value: { name: 'operations', scopes: ['admin'], workflows: ['*'] } },
};

export const tokensCreated: Examples<TokenReply> = {
  created: {
    summary: 'The token, shown this once',
    value: {
      id: token.id,
      token: 'pw_4mQ9xT2bVw7K_mJ4u0Yv2cQe1HhT7s9dXrB3nLk6wPzA8fGiVtUoEyC0',
      name: token.name,
      scopes: token.scopes,
      workflows: token.workflows,
      createdAt: token.createdAt,
      ...(token.expiresAt !== undefined && { expiresAt: token.expiresAt }),
    },
  },
};

export const tokenLists: Examples<TokensReply> = {
  tokens: {
    summary: 'One that is good and one that was revoked',
    value: {
      tokens: [
        token,
        { ...token, id: '9sD1kWc5HgNe', state: 'revoked', revokedAt: '2026-11-20T08:00:00.000Z' },
      ],
    },
  },
};

export const healthy: Examples<HealthReply> = {
  ok: {
    summary: 'All is well',
    value: {
      status: 'ok',
      checks: [
        { name: 'items table', status: 'ok', tookMs: 6 },
        { name: 'registry table', status: 'ok', tookMs: 5 },
        { name: 'scheduler', status: 'ok', tookMs: 21 },
        { name: 'sweep', status: 'ok', tookMs: 5, at: '2026-11-21T09:29:31.250Z' },
        { name: 'canary', status: 'ok', tookMs: 5, at: '2026-11-21T09:27:32.104Z', delayMs: 1_104 },
      ],
    },
  },
};

export const unhealthy: Examples<HealthReply> = {
  failing: {
    summary: 'The scheduler is out of reach',
    value: {
      status: 'failing',
      checks: [
        { name: 'items table', status: 'ok', tookMs: 6 },
        { name: 'registry table', status: 'ok', tookMs: 5 },
        { name: 'scheduler', status: 'failing', tookMs: 9_240, error: 'TimeoutError' },
        { name: 'sweep', status: 'ok', tookMs: 5, at: '2026-11-21T09:29:31.250Z' },
        { name: 'canary', status: 'failing', tookMs: 5, at: '2026-11-21T09:12:32.104Z', delayMs: 1_104 },
      ],
    },
  },
};
