import {
  changeRedriveContract,
  type DryRun,
  discardContract,
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

const startedDiscard: Redrive = {
  ...startedRedrive,
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
    summary: 'Redrive items that are overdue or failed',
    description: [
      'Resumes the items that all filters given match: each starts its next attempt with a new deadline, and is published with its data to the redrive topic, where the upstream services get it (webhook `redrive`).',
      'It goes on in the background, in order of registration, at the rate that was asked for. Only items are resumed that had ended when it was asked for: one that fails again is not resumed again.',
      'An item can be published more than once, always with the same `id`; one that SNS does not take is watched all the same, so people are told when its new deadline passes.',
      'With a `limit` it resumes only so many: those that match first when it begins. One of them that is completed meanwhile, or cannot be resumed, is not made up for by another.',
      'With `dryRun` it says what it would do, and does nothing. A repeated request starts another redrive, which finds what the first has not resumed yet.',
    ].join(' '),
    request: {
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
    },
    replies: {
      200: {
        description: 'What it would do.',
        examples: {
          found: { summary: 'What was found', value: { ...dryRun, takesMs: 6_240 } },
          none: { summary: 'No item matches', value: { count: 0, items: [], bytes: 0, takesMs: 0 } },
        },
      },
      202: {
        description: 'It begins within a minute.',
        examples: {
          started: { summary: 'Not begun yet', value: startedRedrive },
        },
      },
    },
  }),
  'list-redrives': described(listRedrivesContract, {
    summary: 'List the redrives of a workflow',
    description: 'Gives redrives and discards with how far they are, the latest first.',
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
      'Gives a redrive or discard with how far it is, when it will be done, and what it could not resume.',
    replies: { 200: { description: 'The redrive.', examples: redriveExamples } },
  }),
  'change-redrive': described(changeRedriveContract, {
    summary: 'Pause, continue or abort a redrive, or change its rate',
    description: [
      'Works on redrives and discards. Give an `action`, a `rate`, or both. What is under way, 100 items at most, comes to its end; a new rate holds for what comes after it.',
      'A repeated request changes nothing. One that was aborted cannot be continued: start another.',
    ].join(' '),
    request: {
      pause: { summary: 'For now', value: { action: 'pause' } },
      continue: { summary: 'Go on', value: { action: 'continue' } },
      abort: { summary: 'For good', value: { action: 'abort' } },
      rate: { summary: 'Slower, from the next page on', value: { rate: 5 } },
      continueSlower: { summary: 'Continue, and slower', value: { action: 'continue', rate: 5 } },
    },
    replies: {
      200: { description: 'It is changed.', examples: redriveExamples },
    },
  }),
  discard: described(discardContract, {
    summary: 'Discard items that are overdue or failed',
    description: [
      'Removes items with their data for good, in two requests: a dry run with filters says what would be removed and gives a token; with the token, within 15 minutes, it is done in the background.',
      'Only items are removed that had ended when the dry run was made, and with a `limit` only those that it counted. The incident counts them as discarded. A repeated request with the token changes nothing.',
    ].join(' '),
    request: {
      dryRun: { summary: 'First: what would be removed', value: { prefix: '2026/10/', dryRun: true } },
      token: { summary: 'Then: remove it', value: { token: startedDiscard.id } },
    },
    replies: {
      200: {
        description: 'What it would remove.',
        examples: {
          found: { summary: 'What was found, and the token', value: { ...dryRun, token: startedDiscard.id } },
        },
      },
      202: {
        description: 'It begins within a minute.',
        examples: {
          started: { summary: 'Not begun yet', value: startedDiscard },
        },
      },
    },
  }),
};
