import { batchContract } from '../contract/batch.ts';
import { listContract } from '../contract/item-list.ts';
import { reconcileContract } from '../contract/reconcile.ts';
import { described } from './described.ts';
import { copied, overdue, waiting } from './samples.ts';

export const itemsInBulk = {
  list: described(listContract, {
    summary: 'List the items of a workflow',
    description: [
      'Returns items without their data, in the order of their deadlines; all filters given must match.',
      '`state`, `tag` and `id` may be given more than once: an item must be in one of the states, have one of the ids and have all of the tags. Redrives and discards take the same filters, and write these three as the lists `states`, `tags` and `ids`.',
      'A change can take a moment to show in lists. A workflow that is not known has no items.',
      'With `format=jsonl` it gives whole items with their data, for export: 4 MB at most on a page, and the next page is in the header `Link`. A line with an `error` is of an item that cannot be read.',
      'A page is a place in the order, so items that come and go between pages move no other. A new deadline moves its item; by registration, as exports are unless they ask otherwise, nothing moves.',
    ].join(' '),
    replies: {
      200: {
        description: 'A page of items.',
        examples: {
          last: { summary: 'The last page', value: { items: [overdue] } },
          more: {
            summary: 'More to come',
            value: { items: [copied], cursor: 'eyJhZnRlciI6IjIwMjYtMTEtMjEifQ' },
          },
          empty: { summary: 'Nothing found', value: { items: [] } },
        },
        headers: ['Link'],
      },
    },
    lines: {
      description: 'Lines, each of them an `Item`.',
      examples: {
        lines: {
          summary: 'One item on a line',
          value: `${JSON.stringify({ ...overdue, data: { bucket: 'in', key: 'a.tiff' } })}\n`,
        },
      },
    },
  }),
  batch: described(batchContract, {
    summary: 'Register, progress and complete many items',
    description: [
      'Carries out up to 100 operations on items of one workflow, each as if it had come alone, and answers with a result for each in the same order.',
      'One that is not valid or fails stops no other. Those on the same item are carried out in their order.',
      'Items that are registered together with deadlines in the same second share one timer, so 1,000 items take 10 calls to the scheduler.',
      'What AWS has no time for is tried again within the request; a result with the status 503 is worth another try, alone or in another batch. The whole request may be repeated.',
    ].join(' '),
    request: {
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
    },
    replies: {
      200: {
        description:
          'A result for each operation: what it alone would have been answered with, and its status.',
        examples: {
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
        },
      },
    },
  }),
  reconcile: described(reconcileContract, {
    summary: 'Say what became of many items',
    description: [
      'Takes up to 10,000 ids and says which of them are waiting, overdue, failed, completed or unknown.',
      'After an outage of your own, hold the work that you know of against the warden: register what is unknown again, and redrive what is overdue or failed.',
      'It reads every item, so it costs as much as reading them one by one.',
    ].join(' '),
    request: {
      ids: {
        summary: 'Three files',
        value: { ids: [waiting.item, '2026/11/scan-4710.tiff', '2026/11/scan-4709.tiff'] },
      },
    },
    replies: {
      200: {
        description: 'Every id once, in the list of what it is.',
        examples: {
          each: {
            summary: 'One waits, one is completed, one was never registered',
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
