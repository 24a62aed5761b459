import type { Operation } from '../contract/routes.ts';
import * as examples from './examples.ts';
import * as redriveExamples from './redrive-examples.ts';
import type { ReplyName, RequestName } from './schemas.ts';

interface Reply {
  description: string;
  /** What the body is; undefined for a reply without a body. */
  schema?: ReplyName | 'OpenApiDocument';
  examples?: object;
  headers?: readonly string[];
  /** What it is instead when lines of JSON were asked for. */
  lines?: { description: string; examples: object };
}

interface OperationText {
  tag: 'Items' | 'Redrives' | 'Workflows' | 'Incidents' | 'Tokens' | 'Service';
  summary: string;
  description: string;
  request?: { schema: RequestName; examples: object };
  /** Replies other than problems, by status. */
  replies: Record<number, Reply>;
}

/** What people read about each operation, and what it answers when it was done. */
export const operationTexts: Record<Operation, OperationText> = {
  register: {
    tag: 'Items',
    summary: 'Register an item',
    description: [
      'Starts to watch an item: unless it is completed before its deadline, people are told.',
      'Give a `timeout` or a `deadline`, not both; without either the timeout of the workflow is used.',
      'Registering an item that is waiting already changes nothing and never moves its deadline, so a request may be repeated.',
      'An item that is overdue or failed starts its next attempt, and keeps its data and tags unless new ones are given.',
      'With `restart` so does one that is waiting, unless it waits for the same `run` already: give a `run` with it, so that a repeated request does not start yet another attempt.',
      'A workflow that is not known yet is created.',
    ].join(' '),
    request: { schema: 'RegisterRequest', examples: examples.registerRequests },
    replies: {
      200: {
        description:
          'The item was waiting already and is unchanged, or it is in its next attempt: `outcome` says which.',
        schema: 'RegisterReply',
        examples: examples.registered,
        headers: ['ETag'],
      },
      201: {
        description: 'The item is new and is watched from now on.',
        schema: 'RegisterReply',
        examples: examples.created,
        headers: ['ETag'],
      },
    },
  },
  read: {
    tag: 'Items',
    summary: 'Read an item',
    description: 'Gives an item with its data, equal to what was registered.',
    replies: {
      200: { description: 'The item.', schema: 'Item', examples: examples.items, headers: ['ETag'] },
    },
  },
  progress: {
    tag: 'Items',
    summary: 'Note the progress of an item, or fail it',
    description: [
      'Notes a step that was reached, moves the deadline (counted from now), or replaces the tags or the data; what is not given stays.',
      'With `failed` the item becomes failed and people are told at once, without waiting for the deadline.',
      'Only an item that is waiting can have its deadline moved.',
      'With `If-Match` or `run` nothing is changed unless the item is in that attempt or run.',
    ].join(' '),
    request: { schema: 'ProgressRequest', examples: examples.progressRequests },
    replies: {
      200: {
        description: 'The item as it is now, without its data.',
        schema: 'ItemSummary',
        examples: examples.progressed,
        headers: ['ETag'],
      },
    },
  },
  complete: {
    tag: 'Items',
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
        schema: 'CompleteReply',
        examples: examples.completed,
      },
    },
  },
  list: {
    tag: 'Items',
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
        schema: 'ListReply',
        examples: examples.lists,
        headers: ['Link'],
        lines: { description: 'Lines, each of them an `Item`.', examples: examples.exports },
      },
    },
  },
  batch: {
    tag: 'Items',
    summary: 'Register, progress and complete many items',
    description: [
      'Carries out up to 100 operations on items of one workflow, each as if it had come alone, and answers with a result for each in the same order.',
      'One that is not valid or fails stops no other. Those on the same item are carried out in their order.',
      'Items that are registered together with deadlines in the same second share one timer, so 1,000 items take 10 calls to the scheduler.',
      'What AWS has no time for is tried again within the request; a result with the status 503 is worth another try, alone or in another batch. The whole request may be repeated.',
    ].join(' '),
    request: { schema: 'BatchRequest', examples: examples.batchRequests },
    replies: {
      200: {
        description:
          'A result for each operation: what it alone would have been answered with, and its status.',
        schema: 'BatchReply',
        examples: examples.batchReplies,
      },
    },
  },
  'start-redrive': {
    tag: 'Redrives',
    summary: 'Redrive items that are overdue or failed',
    description: [
      'Resumes the items that all filters given match: each starts its next attempt with a new deadline, and is published with its data to the redrive topic, where the upstream services get it (webhook `redrive`).',
      'It goes on in the background, in order of registration, at the rate that was asked for. Only items are resumed that had ended when it was asked for: one that fails again is not resumed again.',
      'An item can be published more than once, always with the same `id`; one that SNS does not take is watched all the same, so people are told when its new deadline passes.',
      'With a `limit` it resumes only so many: those that match first when it begins. One of them that is completed meanwhile, or cannot be resumed, is not made up for by another.',
      'With `dryRun` it says what it would do, and does nothing. A repeated request starts another redrive, which finds what the first has not resumed yet.',
    ].join(' '),
    request: { schema: 'RedriveRequest', examples: redriveExamples.redriveRequests },
    replies: {
      200: { description: 'What it would do.', schema: 'DryRun', examples: redriveExamples.dryRuns },
      202: {
        description: 'It begins within a minute.',
        schema: 'Redrive',
        examples: redriveExamples.redrivesStarted,
      },
    },
  },
  'list-redrives': {
    tag: 'Redrives',
    summary: 'List the redrives of a workflow',
    description: 'Gives redrives and discards with how far they are, the latest first.',
    replies: {
      200: {
        description: 'A page of redrives.',
        schema: 'RedrivesReply',
        examples: redriveExamples.redriveLists,
      },
    },
  },
  'read-redrive': {
    tag: 'Redrives',
    summary: 'Read a redrive',
    description:
      'Gives a redrive or discard with how far it is, when it will be done, and what it could not resume.',
    replies: { 200: { description: 'The redrive.', schema: 'Redrive', examples: redriveExamples.redrives } },
  },
  'change-redrive': {
    tag: 'Redrives',
    summary: 'Pause, continue or abort a redrive, or change its rate',
    description: [
      'Works on redrives and discards. Give an `action`, a `rate`, or both. What is under way, 100 items at most, comes to its end; a new rate holds for what comes after it.',
      'A repeated request changes nothing. One that was aborted cannot be continued: start another.',
    ].join(' '),
    request: { schema: 'RedriveChange', examples: redriveExamples.redriveChanges },
    replies: {
      200: { description: 'It is changed.', schema: 'Redrive', examples: redriveExamples.redrives },
    },
  },
  discard: {
    tag: 'Redrives',
    summary: 'Discard items that are overdue or failed',
    description: [
      'Removes items with their data for good, in two requests: a dry run with filters says what would be removed and gives a token; with the token, within 15 minutes, it is done in the background.',
      'Only items are removed that had ended when the dry run was made, and with a `limit` only those that it counted. The incident counts them as discarded. A repeated request with the token changes nothing.',
    ].join(' '),
    request: { schema: 'DiscardRequest', examples: redriveExamples.discardRequests },
    replies: {
      200: {
        description: 'What it would remove.',
        schema: 'DryRun',
        examples: redriveExamples.discardDryRuns,
      },
      202: {
        description: 'It begins within a minute.',
        schema: 'Redrive',
        examples: redriveExamples.discardsStarted,
      },
    },
  },
  'list-workflows': {
    tag: 'Workflows',
    summary: 'List the workflows',
    description:
      'Gives the workflows that the caller may see by name, each with its settings and how many items it has in each state. A change can take a moment to show in the counts.',
    replies: {
      200: {
        description: 'A page of workflows.',
        schema: 'WorkflowsReply',
        examples: examples.workflowLists,
      },
    },
  },
  'read-workflow': {
    tag: 'Workflows',
    summary: 'Read a workflow',
    description:
      'Gives a workflow with its settings and how many items it has in each state. A change can take a moment to show in the counts.',
    replies: { 200: { description: 'The workflow.', schema: 'Workflow', examples: examples.workflows } },
  },
  'save-workflow': {
    tag: 'Workflows',
    summary: 'Save the settings of a workflow',
    description:
      'Sets all settings of a workflow and creates it if need be; a setting that is not given is unset. Registrations follow new settings within 30 seconds. Items that are waiting keep their deadlines.',
    request: { schema: 'WorkflowSettings', examples: examples.workflowSettings },
    replies: {
      200: { description: 'The settings are saved.', schema: 'Workflow', examples: examples.workflows },
      201: { description: 'The workflow is created.', schema: 'Workflow', examples: examples.workflows },
    },
  },
  'remove-workflow': {
    tag: 'Workflows',
    summary: 'Remove a workflow',
    description:
      'Removes a workflow, its settings and its silence. It must not have any items. Registering an item with its name creates it again.',
    replies: { 204: { description: 'The workflow is removed.' } },
  },
  'silence-workflow': {
    tag: 'Workflows',
    summary: 'Silence a workflow',
    description: [
      'Until then nobody is told of the incidents of the workflow, which go on all the same; machines still get their events.',
      'If it held something back of an incident that is still open, people get one summary afterwards.',
      'Takes the place of any other silence of the workflow, which is created if need be. A repeated request changes nothing.',
    ].join(' '),
    request: { schema: 'SilenceRequest', examples: examples.silenceRequests },
    replies: {
      200: { description: 'The workflow is silenced.', schema: 'Silence', examples: examples.silences },
    },
  },
  'end-silence': {
    tag: 'Workflows',
    summary: 'End the silence of a workflow',
    description:
      'People are told again from now on, and within a minute of what was held back of an incident that is still open. Without a silence, nothing is changed.',
    replies: { 204: { description: 'The workflow is not silenced any more.' } },
  },
  'list-incidents': {
    tag: 'Incidents',
    summary: 'List the incidents',
    description: [
      'Gives the incidents of the workflows that the caller may see, without their timelines: open ones by workflow, then those resolved, the newest first. Resolved ones are kept for 90 days.',
      'One that is resolved between two pages can be on both, first as open; none is left out.',
    ].join(' '),
    replies: {
      200: {
        description: 'A page of incidents.',
        schema: 'IncidentsReply',
        examples: examples.incidentLists,
      },
    },
  },
  'read-incident': {
    tag: 'Incidents',
    summary: 'Read an incident',
    description:
      'Gives an incident with its timeline. One of a workflow that the caller may not see is not found.',
    replies: { 200: { description: 'The incident.', schema: 'Incident', examples: examples.incidents } },
  },
  'acknowledge-incident': {
    tag: 'Incidents',
    summary: 'Acknowledge an incident',
    description: [
      'Says that somebody has seen to an open incident: no reminders are sent until it changes for the worse. Updates and its end are still told of.',
      'A repeated request changes nothing. One of a workflow that the caller may not see is not found.',
    ].join(' '),
    request: { schema: 'AcknowledgeRequest', examples: examples.acknowledgeRequests },
    replies: {
      200: { description: 'The incident is acknowledged.', schema: 'Incident', examples: examples.incidents },
    },
  },
  'create-token': {
    tag: 'Tokens',
    summary: 'Create a token',
    description: [
      'Makes a bearer token with these scopes on these workflows, which need not exist yet.',
      'The reply shows it, this once; only a hash of it is kept. A repeated request makes another token.',
      'With the scope `admin` it reaches all workflows, and `workflows` must say so: `["*"]`.',
    ].join(' '),
    request: { schema: 'TokenRequest', examples: examples.tokenRequests },
    replies: {
      201: {
        description: 'The token is good from now on.',
        schema: 'TokenReply',
        examples: examples.tokensCreated,
        headers: ['Cache-Control'],
      },
    },
  },
  'list-tokens': {
    tag: 'Tokens',
    summary: 'List the tokens',
    description:
      'Gives all tokens by id, also those that were revoked or have expired, without their secrets.',
    replies: {
      200: { description: 'A page of tokens.', schema: 'TokensReply', examples: examples.tokenLists },
    },
  },
  'revoke-token': {
    tag: 'Tokens',
    summary: 'Revoke a token',
    description:
      'Revokes a token for good. On AWS it can be good for up to a minute more. A repeated request changes nothing.',
    replies: { 204: { description: 'The token is revoked.' } },
  },
  'list-audit': {
    tag: 'Service',
    summary: 'List who did what',
    description: [
      'Gives who changed settings, tokens and silences, acknowledged incidents, and started or changed redrives and discards in the past 90 days, the latest first: on workflows that the caller may see, and what is of no workflow for those who see all.',
      'An entry is written before anything is done: nothing is ever done without one, a request that then failed has one too, and a request that changes nothing has none. When it cannot be written, nothing is done and the answer is 503.',
      'A page can hold fewer entries than asked for, even none: go on while there is a cursor.',
    ].join(' '),
    replies: {
      200: { description: 'A page of entries.', schema: 'AuditReply', examples: redriveExamples.auditLists },
    },
  },
  'check-health': {
    tag: 'Service',
    summary: 'Check the health of the service',
    description:
      'Reaches for everything that a registration needs, looks at when the sweep ran and a timer came last, and says how each went and how long it took.',
    replies: {
      200: {
        description: 'Everything works.',
        schema: 'HealthReply',
        examples: examples.healthy,
        headers: ['Cache-Control'],
      },
      503: {
        description: 'Something is out of reach, or the sweep or the timers do not come.',
        schema: 'HealthReply',
        examples: examples.unhealthy,
        headers: ['Cache-Control'],
      },
    },
  },
  'read-openapi': {
    tag: 'Service',
    summary: 'Read this description',
    description: 'Gives this OpenAPI description of the service.',
    replies: { 200: { description: 'An OpenAPI 3.1 document.', schema: 'OpenApiDocument' } },
  },
};
