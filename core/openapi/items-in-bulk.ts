import { batchContract } from '../contract/batch.ts';
import { listContract } from '../contract/item-list.ts';
import type { Problem } from '../contract/problem.ts';
import { reconcileContract } from '../contract/reconcile.ts';
import { described } from './described.ts';
import { copied, overdue, waiting } from './samples.ts';

const notFound: Problem = {
  type: 'urn:process-warden:problem:item-not-found',
  title: 'There is no such item',
  status: 404,
  code: 'item-not-found',
  detail:
    'workflow "uploads" has no item "2026/11/scan-4709.tiff": it was completed more than 7d ago, or discarded, or never registered',
};
const busy: Problem = {
  type: 'urn:process-warden:problem:unavailable',
  title: 'The service is busy or cannot reach AWS',
  status: 503,
  code: 'unavailable',
  detail: 'the request failed; send it again',
};

export const itemsInBulk = {
  list: described(listContract, {
    summary: 'List the items of a workflow',
    description: [
      'Returns items without their data. An item must match all filters. Completed items are returned only if `state=completed` or their ids ask for them.',
      'The order is fixed by the ids and no change moves an item in it. Overdue and failed items alone are returned in order of registration, oldest first. With `sort=deadline`, which needs `state=waiting`, items are returned in order of their next check.',
      '`state`, `tag` and `id` may be repeated: an item must be in one of the states, have one of the ids and have all of the tags. Redrives and discards take the same filters, with the lists `states`, `tags` and `ids` for these three.',
      'Lists can be a moment behind changes. An unknown workflow has no items.',
      'With `format=jsonl` it exports whole items with their data, one a line, at most 4 MB a page; the header `Link` has the next page. A line with an `error` takes the place of an item whose record cannot be read.',
      'A cursor is a position in the order, so items added or removed between pages shift no others. With `sort=deadline` an item moves when its next check does.',
    ].join(' '),
    replies: {
      200: {
        description: 'A page of items.',
        examples: {
          last: { summary: 'The last page', value: { items: [overdue] } },
          more: {
            summary: 'More pages follow',
            value: { items: [copied], cursor: 'eyJhZnRlciI6IjIwMjYtMTEtMjEifQ' },
          },
          empty: { summary: 'Nothing found', value: { items: [] } },
        },
        headers: ['Link'],
      },
    },
    lines: {
      description:
        'One JSON object a line: an `Item`, or the item whose record cannot be read with the `error`.',
      examples: {
        lines: {
          summary: 'A line with an item',
          value: `${JSON.stringify({ ...overdue, data: { bucket: 'in', key: 'a.tiff' } })}\n`,
        },
      },
    },
  }),
  batch: described(batchContract, {
    summary: 'Register, progress and complete many items',
    description: [
      'Carries out up to 100 operations on items of one workflow, each as if it were sent alone, and returns a result for each, in the same order.',
      'An operation that is invalid or fails stops no other. Operations on the same item are carried out in the order given.',
      'Items registered in one batch with deadlines in the same second share a timer, so 1,000 items take 10 calls to EventBridge Scheduler.',
      'Operations that AWS throttles are retried within the request. Retry an operation whose result has the status 503, alone or in another batch. The whole request may be repeated.',
      'The status of the reply is 200 if every operation succeeded, and 207 if some did. If none did, it is 400, or 503 if at least one of them may be retried. A reply with results is `application/json`; a request that is refused as a whole is answered by a problem.',
    ].join(' '),
    request: {
      each: {
        summary: 'One operation of each kind',
        value: {
          operations: [
            { op: 'register', item: waiting.item, timeout: 'PT15M', data: { bucket: 'in', key: 'a.tiff' } },
            { op: 'progress', item: '2026/11/scan-4710.tiff', step: 'copied' },
            { op: 'complete', item: '2026/11/scan-4709.tiff', run: 'attempt-7f3a' },
          ],
        },
      },
    },
    replies: {
      200: {
        description:
          'Every operation succeeded: for each, the reply that it would have had alone, and its status.',
        examples: {
          all: {
            summary: 'Two operations succeeded',
            value: {
              results: [
                { status: 201, outcome: 'created', ...waiting },
                { status: 200, ...copied, item: '2026/11/scan-4710.tiff' },
              ],
            },
          },
        },
      },
      207: {
        description: 'Some operations succeeded. The result of every other operation is its problem.',
        examples: {
          some: {
            summary: 'One operation succeeded, the other found no item',
            value: { results: [{ status: 201, outcome: 'created', ...waiting }, notFound] },
          },
        },
      },
      400: {
        description: 'No operation succeeded, and none should be repeated unchanged.',
        examples: { none: { summary: 'The operation found no item', value: { results: [notFound] } } },
      },
      503: {
        description:
          'No operation succeeded, and at least one may be repeated. The whole batch may be repeated.',
        examples: { none: { summary: 'The service was busy', value: { results: [busy] } } },
      },
    },
  }),
  reconcile: described(reconcileContract, {
    summary: 'Reconcile ids with the warden',
    description: [
      'Takes up to 10,000 ids and returns which of them are waiting, overdue, failed, completed or unknown.',
      'After an outage of your own system, send the ids of all work that you know of: register the unknown items again, and redrive the overdue and failed items.',
      'It reads every item consistently, so it costs as much as reading the items one by one.',
    ].join(' '),
    request: {
      ids: {
        summary: 'Three ids',
        value: { ids: [waiting.item, '2026/11/scan-4710.tiff', '2026/11/scan-4709.tiff'] },
      },
    },
    replies: {
      200: {
        description: 'Each id once, in the list of its state.',
        examples: {
          each: {
            summary: 'One item is waiting, one is completed, one was never registered',
            value: {
              counts: { waiting: 1, overdue: 0, failed: 0, completed: 1, unknown: 1, unreadable: 0 },
              waiting: [waiting.item],
              overdue: [],
              failed: [],
              completed: ['2026/11/scan-4710.tiff'],
              unknown: ['2026/11/scan-4709.tiff'],
              unreadable: [],
            },
          },
        },
      },
    },
  }),
};
