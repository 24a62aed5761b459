import { endSilenceContract, type Silence, silenceWorkflowContract } from '../contract/silence.ts';
import { readStatisticsContract, type StatisticsReply, statisticsKept } from '../contract/statistics.ts';
import {
  changeWorkflowContract,
  listWorkflowsContract,
  readWorkflowContract,
  removeWorkflowContract,
  saveWorkflowContract,
  type Workflow,
} from '../contract/workflow.ts';
import { described, type Examples } from './described.ts';

const workflow: Workflow = {
  workflow: 'uploads',
  timeout: 'PT15M',
  description: 'Scans from the branches: receive, copy, back up.',
  tags: { team: 'archive' },
  firstSeenAt: '2026-11-01T08:00:00.000Z',
  counts: { waiting: 3, overdue: 1, failed: 0 },
  nextCheckAt: '2026-11-21T09:30:00.000Z',
  oldestBreached: '2026-11-21T09:30:00.000Z',
};

const silence: Silence = {
  from: '2026-11-21T09:35:00.000Z',
  until: '2026-11-21T18:00:00.000Z',
  reason: 'the archive is being moved',
  by: '4mQ9xT2bVw7K',
};

const ofOneDay: StatisticsReply['total'] = {
  started: 1201,
  onTime: 1198,
  late: 1,
  recovered: 0,
  overdue: 2,
  failed: 1,
  shadowLate: 0,
  resumed: 1,
  durations: { count: 1199, p50Ms: 38_443, p90Ms: 57_665, p99Ms: 129_746, p999Ms: 291_929 },
};

const statistics: StatisticsReply = {
  workflow: 'uploads',
  from: '2026-11-20T00:00:00.000Z',
  to: '2026-11-21T09:30:00.000Z',
  by: 'day',
  total: ofOneDay,
  lossRate: 0.00166,
  summary: '2 lost of 1,201 in 1 day',
  periods: [
    {
      from: '2026-11-20T00:00:00.000Z',
      ...ofOneDay,
    },
  ],
  histogram: [
    { aboveMs: 25_629, upToMs: 38_443, count: 700 },
    { aboveMs: 38_443, upToMs: 57_665, count: 499 },
  ],
};

const workflowExamples: Examples<Workflow> = {
  workflow: { summary: 'A workflow', value: workflow },
  silenced: { summary: 'A silenced workflow', value: { ...workflow, silence } },
};

export const workflows = {
  'list-workflows': described(listWorkflowsContract, {
    summary: 'List the workflows',
    description:
      'Returns the workflows that the caller may see, by name, each with its settings, its number of items in each state, its next check and its oldest overdue or failed item. Counts can be a moment behind changes. Counting takes time when there are many items; with `counts=none` nothing is counted.',
    replies: {
      200: {
        description: 'A page of workflows.',
        examples: {
          workflows: {
            summary: 'A workflow with more items than are counted',
            value: {
              workflows: [{ ...workflow, counts: { waiting: 10_000, overdue: 1, failed: 0, capped: true } }],
            },
          },
        },
      },
    },
  }),
  'read-workflow': described(readWorkflowContract, {
    summary: 'Read a workflow',
    description:
      'Returns a workflow with its settings, its number of items in each state, its next check and its oldest overdue or failed item. Counts can be a moment behind changes.',
    replies: { 200: { description: 'The workflow.', examples: workflowExamples } },
  }),
  'read-statistics': described(readStatisticsContract, {
    summary: 'Read the statistics of a workflow',
    description: `Returns what happened between two times, by hour or by day: attempts started, completed, overdue, failed and resumed, and how long completed ones took. The counts are some seconds behind, and are figures for people: a function that dies loses what it counted in its last twelve seconds. ${statisticsKept}`,
    replies: {
      200: {
        description: 'The statistics.',
        examples: { statistics: { summary: 'One day', value: statistics } },
      },
    },
  }),
  'save-workflow': described(saveWorkflowContract, {
    summary: 'Save the settings of a workflow',
    description:
      'Replaces all settings of a workflow (PATCH changes some and keeps the others) and creates the workflow if there is none. A setting that is not sent returns to its default, except `shards`, which stays. Registrations use the new settings within 30 seconds. Waiting items keep their deadlines.',
    request: {
      settings: {
        summary: 'A timeout for items registered without one',
        value: {
          timeout: 'PT15M',
          description: 'Scans from the branches: receive, copy, back up.',
          tags: { team: 'archive' },
        },
      },
      alerts: {
        summary: 'When people are notified, and how many registrations are expected',
        value: {
          timeout: 'PT15M',
          warnAfter: 'PT10M',
          stuckAfter: 'PT5M',
          severity: 'critical',
          notifications: { spacing: 'PT5M', reminder: 'PT2H', quiet: { items: 10, for: 'PT2M' } },
          expect: { atLeast: 100, every: 'PT1H' },
        },
      },
      automatic: {
        summary: 'Work that may be done twice, resumed automatically up to three times',
        value: { timeout: 'PT15M', idempotent: true, redrive: { automatic: { max: 3, after: 'PT5M' } } },
      },
      none: { summary: 'No settings: each item needs its own timeout', value: {} },
    },
    replies: {
      200: { description: 'The settings are saved.', examples: workflowExamples },
      201: { description: 'The workflow is created.', examples: workflowExamples },
    },
  }),
  'change-workflow': described(changeWorkflowContract, {
    summary: 'Change some settings of a workflow',
    description:
      'Changes the settings that are sent and keeps all others, as JSON Merge Patch (RFC 7396) does: objects are merged member by member, and null removes a setting. The result must be valid as a whole. If others change the settings at the same moment, the reply can be 503: repeat the request. It never creates a workflow.',
    request: {
      description: {
        summary: 'A description, and no warning any more',
        value: { description: 'Scans from the branches.', warnAfter: null },
      },
    },
    replies: { 200: { description: 'The settings are changed.', examples: workflowExamples } },
  }),
  'remove-workflow': described(removeWorkflowContract, {
    summary: 'Remove a workflow',
    description:
      'Removes a workflow with its settings and silence. The workflow must have no waiting, overdue or failed items. Registering an item creates the workflow again.',
    replies: { 204: { description: 'The workflow is removed.' } },
  }),
  'silence-workflow': described(silenceWorkflowContract, {
    summary: 'Silence a workflow',
    description: [
      'Until the silence ends, no notifications of the workflow are sent. Its incidents continue, and item events are still published.',
      'If a notification was held back and its incident is still open at the end, people receive one notification of that incident.',
      'Replaces an earlier silence of the workflow. An unknown workflow is a 404 unless the request has `create`. A repeated request changes nothing.',
    ].join(' '),
    request: {
      silence: {
        summary: 'Until the evening',
        value: { until: '2026-11-21T18:00:00Z', reason: 'the archive is being moved' },
      },
    },
    replies: {
      200: {
        description: 'The workflow is silenced.',
        examples: { silence: { summary: 'Silenced', value: silence } },
      },
    },
  }),
  'end-silence': described(endSilenceContract, {
    summary: 'End the silence of a workflow',
    description:
      'Notifications are sent again from now on. If a notification was held back and its incident is still open, people receive one notification of that incident within a minute. Without a silence, nothing changes.',
    replies: { 204: { description: 'The workflow is no longer silenced.' } },
  }),
};
