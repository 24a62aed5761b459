import { endSilenceContract, type Silence, silenceWorkflowContract } from '../contract/silence.ts';
import {
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

const workflowExamples: Examples<Workflow> = {
  workflow: { summary: 'A workflow', value: workflow },
  silenced: { summary: 'One that is silenced', value: { ...workflow, silence } },
};

export const workflows = {
  'list-workflows': described(listWorkflowsContract, {
    summary: 'List the workflows',
    description:
      'Gives the workflows that the caller may see by name, each with its settings and how many items it has in each state. A change can take a moment to show in the counts.',
    replies: {
      200: {
        description: 'A page of workflows.',
        examples: {
          workflows: {
            summary: 'A workflow, with more items than are counted',
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
      'Gives a workflow with its settings and how many items it has in each state. A change can take a moment to show in the counts.',
    replies: { 200: { description: 'The workflow.', examples: workflowExamples } },
  }),
  'save-workflow': described(saveWorkflowContract, {
    summary: 'Save the settings of a workflow',
    description:
      'Sets all settings of a workflow and creates it if need be; a setting that is not given is unset. Registrations follow new settings within 30 seconds. Items that are waiting keep their deadlines.',
    request: {
      settings: {
        summary: 'A timeout for items that come without one',
        value: {
          timeout: 'PT15M',
          description: 'Scans from the branches: receive, copy, back up.',
          tags: { team: 'archive' },
        },
      },
      alerts: {
        summary: 'When people are told of what, and how many registrations are expected',
        value: {
          timeout: 'PT15M',
          warnAfter: 'PT10M',
          severity: 'critical',
          notifications: { spacing: 'PT5M', reminder: 'PT2H', quiet: { items: 10, for: 'PT2M' } },
          expect: { atLeast: 100, every: 'PT1H' },
        },
      },
      automatic: {
        summary: 'Work that may be done twice, resumed by itself up to three times',
        value: { timeout: 'PT15M', idempotent: true, redrive: { automatic: { max: 3, after: 'PT5M' } } },
      },
      none: { summary: 'No settings: items must bring their own timeout', value: {} },
    },
    replies: {
      200: { description: 'The settings are saved.', examples: workflowExamples },
      201: { description: 'The workflow is created.', examples: workflowExamples },
    },
  }),
  'remove-workflow': described(removeWorkflowContract, {
    summary: 'Remove a workflow',
    description:
      'Removes a workflow, its settings and its silence. It must not have any items. Registering an item with its name creates it again.',
    replies: { 204: { description: 'The workflow is removed.' } },
  }),
  'silence-workflow': described(silenceWorkflowContract, {
    summary: 'Silence a workflow',
    description: [
      'Until then nobody is told of the incidents of the workflow, which go on all the same; machines still get their events.',
      'If it held something back of an incident that is still open, people get one summary afterwards.',
      'Takes the place of any other silence of the workflow, which is created if need be. A repeated request changes nothing.',
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
      'People are told again from now on, and within a minute of what was held back of an incident that is still open. Without a silence, nothing is changed.',
    replies: { 204: { description: 'The workflow is not silenced any more.' } },
  }),
};
