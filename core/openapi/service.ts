import { listAuditContract } from '../contract/audit.ts';
import { checkHealthContract } from '../contract/health.ts';
import { readOpenapiContract } from '../contract/openapi-document.ts';
import { described } from './described.ts';
import { redriveId } from './samples.ts';

export const service = {
  'list-audit': described(listAuditContract, {
    summary: 'List who did what',
    description: [
      'Gives who changed settings, tokens and silences, acknowledged incidents, and started or changed redrives and discards in the past 90 days, the latest first: on workflows that the caller may see, and what is of no workflow for those who see all.',
      'An entry is written before anything is done: nothing is ever done without one, a request that then failed has one too, and a request that changes nothing has none. When it cannot be written, nothing is done and the answer is 503.',
      'A page can hold fewer entries than asked for, even none: go on while there is a cursor.',
    ].join(' '),
    replies: {
      200: {
        description: 'A page of entries.',
        examples: {
          entries: {
            summary: 'A redrive, and a token that was revoked',
            value: {
              entries: [
                {
                  at: '2026-11-21T09:41:00.012Z',
                  by: 'Zk81LmPq0RtY',
                  action: 'redrive-started',
                  workflow: 'uploads',
                  subject: redriveId,
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
        },
      },
    },
  }),
  'check-health': described(checkHealthContract, {
    summary: 'Check the health of the service',
    description:
      'Reaches for everything that a registration needs, looks at when the sweep ran and a timer came last, and says how each went and how long it took.',
    replies: {
      200: {
        description: 'Everything works.',
        examples: {
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
        },
        headers: ['Cache-Control'],
      },
      503: {
        description: 'Something is out of reach, or the sweep or the timers do not come.',
        examples: {
          failing: {
            summary: 'The scheduler is out of reach',
            value: {
              status: 'failing',
              checks: [
                { name: 'items table', status: 'ok', tookMs: 6 },
                { name: 'registry table', status: 'ok', tookMs: 5 },
                { name: 'scheduler', status: 'failing', tookMs: 9_240, error: 'TimeoutError' },
                { name: 'sweep', status: 'ok', tookMs: 5, at: '2026-11-21T09:29:31.250Z' },
                {
                  name: 'canary',
                  status: 'failing',
                  tookMs: 5,
                  at: '2026-11-21T09:12:32.104Z',
                  delayMs: 1_104,
                },
              ],
            },
          },
        },
        headers: ['Cache-Control'],
      },
    },
  }),
  'read-openapi': described(readOpenapiContract, {
    summary: 'Read this description',
    description: 'Gives this OpenAPI description of the service.',
    replies: { 200: { description: 'An OpenAPI 3.1 document.' } },
  }),
};
