import type { ItemSummary } from '../contract/item.ts';

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

export const overdue: ItemSummary = {
  ...waiting,
  state: 'overdue',
  overdueAt: '2026-11-21T09:30:00.412Z',
  caughtBy: 'timer',
};

export const failed: ItemSummary = {
  ...copied,
  state: 'failed',
  failure: { reason: 'the target bucket is gone', type: 'NoSuchBucket', at: '2026-11-21T09:26:00.000Z' },
};

const { step: _, ...unstepped } = waiting;

export const completed: ItemSummary = {
  ...unstepped,
  state: 'completed',
  steps: [],
  tags: {},
  completion: { at: '2026-11-21T09:27:14.120Z', outcome: 'on-time', tookMs: 734_120 },
};

export const incidentId = '0mk3v1x8ch2f6p9d4t7q';
export const otherIncidentId = '0mk3v0f3ch9a6p9d4t7q';
export const redriveId = '0mk3v9e2ch5f6p9d4t7q';
