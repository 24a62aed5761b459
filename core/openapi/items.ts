import { completeContract, progressContract, readContract, registerContract } from '../contract/item.ts';
import { described } from './described.ts';
import { copied, failed, overdue, waiting } from './samples.ts';

export const items = {
  register: described(registerContract, {
    summary: 'Register an item',
    description: [
      'Starts to watch an item: unless it is completed before its deadline, people are told.',
      'Give a `timeout` or a `deadline`, not both; without either the timeout of the workflow is used.',
      'Registering an item that is waiting already changes nothing and never moves its deadline, so a request may be repeated.',
      'An item that is overdue or failed starts its next attempt, and keeps its data and tags unless new ones are given.',
      'With `restart` so does one that is waiting, unless it waits for the same `run` already: give a `run` with it, so that a repeated request does not start yet another attempt.',
      'A workflow that is not known yet is created.',
    ].join(' '),
    request: {
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
    },
    replies: {
      200: {
        description:
          'The item was waiting already and is unchanged, or it is in its next attempt: `outcome` says which.',
        examples: {
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
        },
        headers: ['ETag'],
      },
      201: {
        description: 'The item is new and is watched from now on.',
        examples: {
          created: { summary: 'The item is watched from now on', value: { outcome: 'created', ...waiting } },
        },
        headers: ['ETag'],
      },
    },
  }),
  read: described(readContract, {
    summary: 'Read an item',
    description: 'Gives an item with its data, equal to what was registered.',
    replies: {
      200: {
        description: 'The item.',
        examples: {
          overdue: {
            summary: 'An overdue item',
            value: { ...overdue, data: { bucket: 'in', key: 'a.tiff' } },
          },
        },
        headers: ['ETag'],
      },
    },
  }),
  progress: described(progressContract, {
    summary: 'Note the progress of an item, or fail it',
    description: [
      'Notes a step that was reached, moves the deadline (counted from now), or replaces the tags or the data; what is not given stays.',
      'With `failed` the item becomes failed and people are told at once, without waiting for the deadline.',
      'Only an item that is waiting can have its deadline moved.',
      'With `If-Match` or `run` nothing is changed unless the item is in that attempt or run.',
    ].join(' '),
    request: {
      step: { summary: 'A step, and 15 more minutes from now', value: { step: 'copied', timeout: 'PT15M' } },
      heartbeat: { summary: 'Only more time', value: { timeout: 300 } },
      failed: {
        summary: 'The work has failed: people are told at once',
        value: { failed: { reason: 'the target bucket is gone', type: 'NoSuchBucket' } },
      },
    },
    replies: {
      200: {
        description: 'The item as it is now, without its data.',
        examples: {
          step: { summary: 'A step further, with a later deadline', value: copied },
          failed: { summary: 'Failed', value: failed },
        },
        headers: ['ETag'],
      },
    },
  }),
  complete: described(completeContract, {
    summary: 'Complete an item',
    description: [
      'Ends the watch of an item and erases it with its data: the work is done.',
      'An item completed before its deadline is never reported overdue.',
      'With `run` or `If-Match` nothing is changed unless the item is in that run or attempt, so that a late completion of an older run cannot end the watch of a newer one. Attempts begin at 1 again when an item is registered after its completion: use `run` where that can happen.',
      'A repeated request finds no item and is answered 404, which can be taken as done.',
    ].join(' '),
    replies: {
      200: {
        description: 'The item is completed and gone.',
        examples: {
          onTime: { summary: 'In time', value: { outcome: 'on-time', attempt: 1, tookMs: 734_120 } },
          late: {
            summary: 'Late',
            value: { outcome: 'late', attempt: 1, tookMs: 1_020_000, lateByMs: 120_000 },
          },
        },
      },
    },
  }),
};
