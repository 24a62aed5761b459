import { listAuditContract } from '../contract/audit.ts';
import { checkHealthContract } from '../contract/health.ts';
import { limits } from '../contract/limits.ts';
import { readMetricsContract } from '../contract/metrics.ts';
import { readOpenapiContract } from '../contract/openapi-document.ts';
import { described } from './described.ts';
import { redriveId } from './samples.ts';

export const service = {
  'list-audit': described(listAuditContract, {
    summary: 'List who did what',
    description: [
      `Returns who changed settings, tokens and silences, acknowledged incidents, and started or changed redrives and discards in the past ${limits.incidentDays} days, latest first. It covers the workflows that the caller may see; entries without a workflow are for callers who may see all workflows.`,
      'The entry is written before the action. Every action has an entry; an action that failed has one too, and a request that changes nothing has none. If the entry cannot be written, nothing is done and the reply is 503.',
      'A page can have fewer entries than `limit`, even none: continue while there is a cursor.',
    ].join(' '),
    replies: {
      200: {
        description: 'A page of entries.',
        examples: {
          entries: {
            summary: 'A redrive, and a revoked token',
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
  'read-metrics': described(readMetricsContract, {
    summary: 'Read metrics for Prometheus',
    description:
      'Returns the items of every workflow that the caller may see, by state, the open incidents, what happened to attempts since the beginning of the UTC day, and when the sweep last ran, in the text format of Prometheus. The counters begin again at midnight, as those of a restarted process do: use `increase` or `rate`. At most 2000 workflows are in it.',
    replies: {
      200: {
        description: 'The metrics.',
        examples: {
          metrics: {
            summary: 'One metric',
            value:
              '# HELP process_warden_open_incidents Open incidents, by kind.\n# TYPE process_warden_open_incidents gauge\nprocess_warden_open_incidents{workflow="uploads",kind="overdue"} 1\n',
          },
        },
      },
    },
  }),
  'check-health': described(checkHealthContract, {
    summary: 'Check the health of the service',
    description:
      'Checks everything that a registration needs, when the sweep last ran and when a timer last fired. Returns the result and the duration of each check.',
    replies: {
      200: {
        description: 'All checks passed.',
        examples: {
          ok: {
            summary: 'All checks passed',
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
        description:
          'A check failed: a service cannot be reached, the sweep does not run, or timers do not fire.',
        examples: {
          failing: {
            summary: 'EventBridge Scheduler cannot be reached',
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
    description: 'Returns this OpenAPI description of the service.',
    replies: { 200: { description: 'An OpenAPI 3.1 document.' } },
  }),
};
