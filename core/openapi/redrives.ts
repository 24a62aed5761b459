import { discardContract } from '../contract/discard.ts';
import type { DryRun } from '../contract/dry-run.ts';
import {
  changeRedriveContract,
  listRedrivesContract,
  type Redrive,
  readRedriveContract,
  startRedriveContract,
} from '../contract/redrive.ts';
import { described, type Examples } from './described.ts';
import { redriveId, waiting } from './samples.ts';

const dryRun: DryRun = {
  count: 312,
  items: [{ item: waiting.item, attempt: 1, registeredAt: waiting.registeredAt, step: 'copied' }],
  oldest: waiting.registeredAt,
  bytes: 24_180,
};

const startedRedrive: Redrive = {
  id: redriveId,
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

const { resumed: _, ...neverResumed } = startedRedrive;
const startedDiscard: Redrive = {
  ...neverResumed,
  discarded: 0,
  id: '0mk3v4c7vh3s0w5r8k1z',
  action: 'discard',
  filter: { prefix: '2026/10/' },
  rate: 1000,
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

const redriveExamples: Examples<Redrive> = {
  running: { summary: 'Under way', value: underWay },
};

export const redrives = {
  'start-redrive': described(startRedriveContract, {
    summary: 'Redrive overdue and failed items',
    description: [
      'Resumes the items that match all filters: each starts its next attempt with a new deadline, and is published with its data to the redrive topic, from which the upstream services receive it (webhook `redrive`).',
      'The redrive runs in the background, in order of registration, at the requested rate. Only items already overdue or failed at the time of the request are resumed, so an item that fails again is not resumed twice.',
      'An item can be published more than once, always with the same `id`. An item that SNS rejects is marked failed: people are notified, and a later redrive can resume it.',
      'With a `limit` it resumes only the first matching items, as counted when it starts. If one of them is completed meanwhile or cannot be resumed, no other item takes its place.',
      'With `dryRun` it returns what it would do, and does nothing. A repeated request starts another redrive, which finds the items that the first has not resumed yet.',
    ].join(' '),
    request: {
      dryRun: { summary: 'A preview', value: { step: 'copied', dryRun: true } },
      step: {
        summary: 'Items copied but not backed up, 50 a second, with an hour for each',
        value: { step: 'copied', rate: 50, timeout: 'PT1H' },
      },
      ids: {
        summary: 'Two items by id',
        value: { ids: ['2026/11/scan-4711.tiff', '2026/11/scan-4712.tiff'] },
      },
      first: { summary: 'The first ten items, as a trial', value: { limit: 10 } },
      failure: {
        summary: 'Items of one customer that failed because a disk was full',
        value: { states: ['failed'], reason: 'No space left', tags: ['customer:acme', 'env:live'] },
      },
      neverStarted: { summary: 'Items without any reported step', value: { started: false } },
      all: { summary: 'All overdue and failed items', value: {} },
    },
    replies: {
      200: {
        description: 'What the redrive would do.',
        examples: {
          found: { summary: 'Items found', value: { ...dryRun, takesMs: 6_240 } },
          none: { summary: 'No item matches', value: { count: 0, items: [], bytes: 0, takesMs: 0 } },
        },
      },
      202: {
        description: 'The work starts within a minute.',
        examples: {
          started: { summary: 'Not started yet', value: startedRedrive },
        },
      },
    },
  }),
  'list-redrives': described(listRedrivesContract, {
    summary: 'List the redrives of a workflow',
    description: 'Returns redrives and discards with their progress, latest first.',
    replies: {
      200: {
        description: 'A page of redrives.',
        examples: {
          redrives: { summary: 'A discard and a redrive', value: { redrives: [startedDiscard, underWay] } },
        },
      },
    },
  }),
  'read-redrive': described(readRedriveContract, {
    summary: 'Read a redrive',
    description:
      'Returns a redrive or discard with its progress, its estimated end, what became of the resumed items, and the items that it could not resume. If counting takes long because thousands of items are resumed, the counts of what became of them can be up to 45 seconds old.',
    replies: { 200: { description: 'The redrive.', examples: redriveExamples } },
  }),
  'change-redrive': described(changeRedriveContract, {
    summary: 'Pause, continue or abort a redrive, or change its rate',
    description: [
      'Changes a redrive or discard. Send an `action`, a `rate`, or both. The current page, at most 100 items, is finished first; a new rate applies from the next page.',
      'A repeated request changes nothing. An aborted redrive cannot be continued: start another.',
    ].join(' '),
    request: {
      pause: { summary: 'Pause', value: { action: 'pause' } },
      continue: { summary: 'Continue', value: { action: 'continue' } },
      abort: { summary: 'Abort for good', value: { action: 'abort' } },
      rate: { summary: 'A lower rate from the next page', value: { rate: 5 } },
      continueSlower: { summary: 'Continue at a lower rate', value: { action: 'continue', rate: 5 } },
    },
    replies: {
      200: { description: 'The redrive is changed.', examples: redriveExamples },
    },
  }),
  discard: described(discardContract, {
    summary: 'Discard overdue and failed items',
    description: [
      'Removes items with their data for good, in two requests. A dry run with filters returns what would be removed and a token. The second request, within 15 minutes, sends the token; the items are then removed in the background.',
      'Only items already overdue or failed at the time of the dry run are removed, and with a `limit` only those that it counted. The incident counts them as discarded. A repeated request with the token changes nothing.',
    ].join(' '),
    request: {
      dryRun: { summary: 'First: a preview', value: { prefix: '2026/10/', dryRun: true } },
      token: { summary: 'Then: remove the items', value: { token: startedDiscard.id } },
    },
    replies: {
      200: {
        description: 'What the discard would remove.',
        examples: {
          found: { summary: 'Items found, and the token', value: { ...dryRun, token: startedDiscard.id } },
        },
      },
      202: {
        description: 'The work starts within a minute.',
        examples: {
          started: { summary: 'Not started yet', value: startedDiscard },
        },
      },
    },
  }),
};
