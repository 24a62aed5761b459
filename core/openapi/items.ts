import { daysText } from '../contract/days-text.ts';
import { failContract } from '../contract/fail.ts';
import { completeContract, progressContract, readContract } from '../contract/item.ts';
import { limits } from '../contract/limits.ts';
import { registerContract } from '../contract/registration.ts';
import { described } from './described.ts';
import { completed, copied, failed, overdue, waiting } from './samples.ts';

export const items = {
  register: described(registerContract, {
    summary: 'Register an item',
    description: [
      'Starts to watch an item: people are notified unless it is completed before its deadline.',
      'Send a `timeout` or a `deadline`, not both. Without either, the timeout of the workflow applies.',
      'Registering a waiting item again changes nothing and never moves its deadline, so a request may be repeated. `ignored` names the members of the request that had no effect.',
      'An overdue or failed item starts its next attempt and keeps its data and tags unless the request has new ones. A request that names the `run` which is overdue or failed is a late repeat and changes nothing, unless it has `restart`.',
      'With `restart` a waiting item also starts its next attempt, unless it is already waiting for the same `run`. Send a `run` with `restart`, so that a repeated request does not start yet another attempt.',
      'A completed item starts a new life whose attempt continues the count, unless the request names a `run` that is over: then the outcome is `completed` and nothing is watched. Send a `run`, so that a request repeated after the completion does not start the watch of work that is done.',
      'A request that was kept because the warden could not be reached is sent with its `age`: it is handled as if it had arrived when it was made. If its deadline has passed, the item is overdue after the least timeout, unless it is completed before that.',
      'An unknown workflow is created.',
    ].join(' '),
    request: {
      timeout: {
        summary: 'Fifteen minutes, with the data needed to resume the work',
        value: {
          timeout: 'PT15M',
          data: { bucket: 'in', key: 'a.tiff' },
          step: 'received',
          tags: { customer: 'acme' },
          run: 'attempt-7f3a',
        },
      },
      deadline: { summary: 'A deadline at a point in time', value: { deadline: '2026-11-21T09:30:00Z' } },
      default: { summary: 'The timeout of the workflow', value: {} },
      early: {
        summary:
          'A first step within a minute, and warnings after ten minutes and after five without progress',
        value: { timeout: 'PT15M', startBy: 'PT1M', warnAfter: 'PT10M', stuckAfter: 'PT5M' },
      },
      kept: {
        summary: 'A request that was kept for an hour and a half',
        value: { timeout: 'PT1H', age: 5400 },
      },
      restart: {
        summary: 'A new attempt, even if the item is waiting',
        value: { timeout: 900, restart: true },
      },
    },
    replies: {
      200: {
        description:
          '`outcome` says whether the item was already waiting and is unchanged, has started its next attempt, or is completed.',
        examples: {
          unchanged: { summary: 'The item was already waiting', value: { outcome: 'unchanged', ...waiting } },
          ignored: {
            summary: 'The item was already waiting for another deadline and with other data',
            value: { outcome: 'unchanged', ignored: ['timeout', 'data'], ...waiting },
          },
          completed: {
            summary: 'The run was already completed, so nothing is watched',
            value: { outcome: 'completed', ...completed },
          },
          restarted: {
            summary: 'The item was overdue and has started its next attempt',
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
        description:
          'The item is created and watched from now on. If it was completed while this request was repeated, its state is `completed`.',
        examples: {
          created: { summary: 'The item is watched from now on', value: { outcome: 'created', ...waiting } },
        },
        headers: ['ETag'],
      },
    },
  }),
  read: described(readContract, {
    summary: 'Read an item',
    description:
      'Returns an item with its data, equal to what was registered. A completed item is returned without data, with its `completion`, for as long as its receipt is kept.',
    replies: {
      200: {
        description: 'The item.',
        examples: {
          overdue: {
            summary: 'An overdue item',
            value: { ...overdue, data: { bucket: 'in', key: 'a.tiff' } },
          },
          completed: { summary: 'The receipt of a completed item', value: completed },
        },
        headers: ['ETag'],
      },
    },
  }),
  progress: described(progressContract, {
    summary: 'Report progress of an item, or fail it',
    description: [
      'Records a step that the work has reached, sets a new deadline (counted from now), or replaces the tags or the data. Members that are not sent stay as they are.',
      'With `failed` the item becomes failed, and people are notified at once instead of at the deadline.',
      'Only a waiting item can have a new deadline. With a deadline for an overdue or failed item the reply is 409, and the other members are recorded.',
      'With `progress` the worker says how far the work is. If the value stays the same, people are warned that the item is stuck: its worker is alive, but the work does not progress. After another value or a new step the item is no longer stuck. A request that is repeated within a minute does not count as a second report. A heartbeat without `progress` does not count as a report either.',
      'With `age` a deadline counts from when the request was made. It has no effect if a later request has set the deadline since.',
      'With `If-Match` or `run` the item is changed only if it is in that attempt or run.',
    ].join(' '),
    request: {
      step: {
        summary: 'A step, and a deadline 15 minutes from now',
        value: { step: 'copied', timeout: 'PT15M' },
      },
      progress: {
        summary: 'A heartbeat that says how far the work is',
        value: { progress: 1840, timeout: 300 },
      },
      heartbeat: { summary: 'Only more time', value: { timeout: 300 } },
      failed: {
        summary: 'The work has failed: people are notified at once',
        value: { failed: { reason: 'the target bucket is gone', type: 'NoSuchBucket' } },
      },
    },
    replies: {
      200: {
        description: 'The item as it is now, without its data.',
        examples: {
          step: { summary: 'One step further, with a later deadline', value: copied },
          progress: {
            summary: 'Stuck: it still reports, and the value stays the same',
            value: {
              ...copied,
              progress: 1840,
              progressedAt: '2026-11-21T09:20:00.000Z',
              stuckAt: '2026-11-21T09:25:00.412Z',
            },
          },
          failed: { summary: 'Failed', value: failed },
        },
        headers: ['ETag'],
      },
    },
  }),
  fail: described(failContract, {
    summary: 'Fail an item with the output of a job',
    description: [
      'For shell scripts: fails the item like `progress` with `failed`, and the body is the reason, as plain text: `some-job 2>&1 | tail -c 1000 | curl --data-binary @- …`.',
      'People are notified at once. An item that failed already keeps its first reason, so a request may be repeated.',
      'With `attempt` or `run` the item fails only if it is in that attempt or run.',
    ].join(' '),
    request: {
      output: {
        summary: 'The end of what the job printed',
        value: 'copying a.tiff\ncp: cannot create regular file: No space left on device\n',
      },
      empty: { summary: 'Nothing: the reason says that the job printed nothing', value: '' },
    },
    replies: {
      200: {
        description: 'The item has failed.',
        examples: {
          failed: {
            summary: 'Failed',
            value: { attempt: failed.attempt, state: failed.state, deadline: failed.deadline },
          },
        },
      },
    },
  }),
  complete: described(completeContract, {
    summary: 'Complete an item',
    description: [
      `Ends the watch of an item and erases its data: the work is done. A receipt is kept, ${daysText(limits.defaultReceiptSeconds)} by default, which \`receipts\` in the settings of the workflow changes.`,
      'An item completed before its deadline is never reported overdue.',
      'With `run` or `If-Match` the item is completed only if it is in that run or attempt, so a late completion of an older run cannot end the watch of a newer one.',
      'While the receipt is kept, a repeated request returns the answer of the first. A completion that names a `run` which is not registered yet has the outcome `early`; the registration of that run then finds it completed and watches nothing.',
    ].join(' '),
    replies: {
      200: {
        description: 'The item is completed.',
        examples: {
          onTime: { summary: 'On time', value: { outcome: 'on-time', attempt: 1, tookMs: 734_120 } },
          late: {
            summary: 'Late',
            value: { outcome: 'late', attempt: 1, tookMs: 1_020_000, lateByMs: 120_000 },
          },
          early: {
            summary: 'The run is not registered yet',
            value: { outcome: 'early', attempt: 1, tookMs: 0 },
          },
        },
      },
    },
  }),
};
