import type { AuditReply } from '../contract/audit.ts';
import type {
  DiscardRequest,
  DryRun,
  Redrive,
  RedriveChange,
  RedriveMessage,
  RedriveRequest,
  RedrivesReply,
} from '../contract/redrive.ts';
import { copied, type Examples, waiting } from './examples.ts';

export const redriveRequests: Examples<RedriveRequest> = {
  dryRun: { summary: 'What it would do', value: { step: 'copied', dryRun: true } },
  step: {
    summary: 'Those that were copied and not backed up, 50 a second, with an hour for each',
    value: { step: 'copied', rate: 50, timeout: 'PT1H' },
  },
  ids: { summary: 'These two', value: { ids: ['2026/11/scan-4711.tiff', '2026/11/scan-4712.tiff'] } },
  first: { summary: 'The first ten, as a trial', value: { limit: 10 } },
  failure: {
    summary: 'Those of one customer that failed as a disk was full',
    value: { states: ['failed'], reason: 'No space left', tags: ['customer:acme', 'env:live'] },
  },
  neverStarted: { summary: 'Those that no step was reported of', value: { started: false } },
  all: { summary: 'All that are overdue or failed', value: {} },
};

const dryRun: DryRun = {
  count: 312,
  items: [{ item: waiting.item, attempt: 1, registeredAt: waiting.registeredAt, step: 'copied' }],
  oldest: waiting.registeredAt,
  bytes: 24_180,
};

export const dryRuns: Examples<DryRun> = {
  found: { summary: 'What was found', value: { ...dryRun, takesMs: 6_240 } },
  none: { summary: 'No item matches', value: { count: 0, items: [], bytes: 0, takesMs: 0 } },
};

const startedRedrive: Redrive = {
  id: '0mk3v1x8ch2f6p9d4t7q',
  workflow: 'uploads',
  action: 'redrive',
  state: 'running',
  by: 'Zk81LmPq0RtY',
  filter: { step: 'copied' },
  rate: 50,
  timeout: 'PT1H',
  startedAt: '2026-11-21T09:41:00.000Z',
  resumed: 0,
  skipped: 0,
  failed: 0,
  errors: [],
};

const startedDiscard: Redrive = {
  ...startedRedrive,
  id: '0mk3v4c7vh3s0w5r8k1z',
  action: 'discard',
  filter: { prefix: '2026/10/' },
  rate: 1000,
};

export const redrivesStarted: Examples<Redrive> = {
  started: { summary: 'Not begun yet', value: startedRedrive },
};

const underWay: Redrive = {
  ...startedRedrive,
  matched: 312,
  resumed: 149,
  skipped: 0,
  failed: 1,
  remaining: 162,
  estimatedEnd: '2026-11-21T09:42:06.240Z',
  errors: [{ item: '2026/11/scan-4718.tiff', error: 'ThrottlingException' }],
};

export const redrives: Examples<Redrive> = {
  running: { summary: 'Under way', value: underWay },
};

export const redriveLists: Examples<RedrivesReply> = {
  redrives: { summary: 'A discard and a redrive', value: { redrives: [startedDiscard, underWay] } },
};

export const redriveChanges: Examples<RedriveChange> = {
  pause: { summary: 'For now', value: { action: 'pause' } },
  continue: { summary: 'Go on', value: { action: 'continue' } },
  abort: { summary: 'For good', value: { action: 'abort' } },
  rate: { summary: 'Slower, from the next page on', value: { rate: 5 } },
  continueSlower: { summary: 'Continue, and slower', value: { action: 'continue', rate: 5 } },
};

export const discardRequests: Examples<DiscardRequest> = {
  dryRun: { summary: 'First: what would be removed', value: { prefix: '2026/10/', dryRun: true } },
  token: { summary: 'Then: remove it', value: { token: startedDiscard.id } },
};

export const discardDryRuns: Examples<DryRun> = {
  found: { summary: 'What was found, and the token', value: { ...dryRun, token: startedDiscard.id } },
};

export const discardsStarted: Examples<Redrive> = {
  started: { summary: 'Not begun yet', value: startedDiscard },
};

export const redriveMessages: Examples<RedriveMessage> = {
  redrive: {
    summary: 'Copied and not backed up',
    value: {
      id: '1JZBz61onKKscF83QHA746',
      redrive: startedRedrive.id,
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

export const auditLists: Examples<AuditReply> = {
  entries: {
    summary: 'A redrive, and a token that was revoked',
    value: {
      entries: [
        {
          at: '2026-11-21T09:41:00.012Z',
          by: 'Zk81LmPq0RtY',
          action: 'redrive-started',
          workflow: 'uploads',
          subject: startedRedrive.id,
        },
        {
          at: '2026-11-20T08:00:00.000Z',
          by: 'arn:aws:iam::123456789012:user/ops',
          action: 'token-revoked',
          subject: '9sD1kWc5HgNe',
        },
      ],
    },
  },
};
