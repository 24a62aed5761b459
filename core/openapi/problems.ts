import { daysText } from '../contract/days-text.ts';
import { limits } from '../contract/limits.ts';
import type { OperationContract } from '../contract/operation.ts';
import { Problem, type ProblemCode, problems } from '../contract/problem.ts';
import { headersOf } from './headers.ts';
import { type Json, schemaReference } from './schemas.ts';

const anyCaller: ProblemCode[] = ['unauthenticated', 'internal-error', 'unavailable'];
const withText: ProblemCode[] = ['body-too-large', 'encoding-not-supported'];
const withBody: ProblemCode[] = ['invalid-json', ...withText];

/**
 * The problems that an operation can return: the problems of every operation of its kind, from core/lambda, and its
 * own.
 */
export function problemsOf({
  scope,
  anyQuery,
  body,
  textBody,
  problems,
}: OperationContract): readonly ProblemCode[] {
  return [
    ...anyCaller,
    ...(anyQuery ? [] : ['invalid-request' as const]),
    ...(scope === 'any' ? [] : ['forbidden' as const]),
    ...(body ? withBody : []),
    ...(textBody ? withText : []),
    ...problems,
  ];
}

const allowedDeadlines = `allowed is 60 seconds to ${limits.longestTimeoutSeconds} seconds (${daysText(limits.longestTimeoutSeconds)}) from now: 2026-11-21T09:16:00.000Z to 2027-11-22T09:15:00.000Z`;

const allowedSilences = `allowed is after now and at most ${daysText(limits.longestSilenceSeconds)} ahead: 2026-11-21T09:00:00.000Z to 2026-12-21T09:00:00.000Z`;

const allowedSpacing = `must be 1 to ${limits.longestSpacingSeconds} seconds (${daysText(limits.longestSpacingSeconds)})`;

const examples: Record<ProblemCode, Pick<Problem, 'detail' | 'errors'>> = {
  'invalid-json': {
    detail:
      'the body of 16 characters is not valid JSON: line 1 column 2; names and texts need double quotes, not single quotes',
    errors: [
      {
        path: '',
        message: 'not valid JSON at line 1 column 2; names and texts need double quotes, not single quotes',
      },
    ],
  },
  'invalid-request': {
    detail: 'timeOut: unknown; did you mean timeout?',
    errors: [{ path: 'timeOut', message: 'unknown; did you mean timeout?' }],
  },
  'invalid-cursor': {
    detail:
      'the cursor must come from this list, with the same filters and order; start again without a cursor',
    errors: [{ path: 'cursor', message: 'not a cursor of this list' }],
  },
  unauthenticated: {
    detail: 'the token has expired; send "Authorization: Bearer pw_…" with a valid token',
  },
  forbidden: {
    detail: 'this needs the scope read on workflow "uploads"; the token has ingest on uploads scans-*',
  },
  'route-not-found': { detail: 'there is no such path; GET /v1/openapi.json lists all paths' },
  'item-not-found': {
    detail:
      'workflow "uploads" has no item "2026/11/scan-4711.tiff": it was completed more than 7d ago, or discarded, or never registered',
  },
  'workflow-not-found': { detail: 'there is no workflow "uploads"' },
  'incident-not-found': { detail: 'there is no incident 0mk3v1x8ch2f6p9d4t7q' },
  'token-not-found': { detail: 'there is no token with the id 4mQ9xT2bVw7K' },
  'redrive-not-found': { detail: 'workflow "uploads" has no redrive "0mk3v1x8ch2f6p9d4t7q"' },
  'method-not-allowed': {
    detail: 'the method POST is not allowed here; allowed: PUT, GET, PATCH, DELETE',
  },
  'other-run-waiting': {
    detail:
      'the item is waiting for run "attempt-7f3a", not for run "attempt-81c0"; complete it, or register with "restart": true',
  },
  'item-not-waiting': {
    detail:
      'the item is overdue, so its deadline cannot be changed; complete it, or register it again to start a new attempt',
  },
  'too-many-workflows': {
    detail:
      'there is no workflow "uplaods", and there are already 1000 workflows; registrations create at most 1000. Create it with PUT /v1/workflows/uplaods, remove other workflows, or raise the limit: workflowLimit of the stack, --workflow-limit on a laptop',
  },
  'workflow-not-empty': {
    detail: 'workflow "uploads" has 3 waiting, 1 overdue and 0 failed items; complete or discard them first',
  },
  'redrive-over': { detail: 'the redrive ended at 2026-11-21T10:02:00.000Z (done), so it cannot be changed' },
  'no-subscription': {
    detail:
      'the redrive topic has no subscription, so no upstream service would receive the items; subscribe one first (on a laptop: npm start -- --redrive-webhook URL)',
  },
  'too-many-redrives': {
    detail: 'workflow "uploads" already has 10 redrives and discards running; at most 10 are allowed',
  },
  'dry-run-too-old': {
    detail:
      'the dry run was made at 2026-11-21T09:33:00.000Z; its token is valid for 15 minutes, so make another dry run',
  },
  'incident-resolved': {
    detail:
      'incident 0mk3v1x8ch2f6p9d4t7q was resolved at 2026-11-21T10:02:00.000Z; there is nothing left to acknowledge',
  },
  'other-attempt': { detail: 'If-Match asks for attempt 1; the item is in attempt 2' },
  'body-too-large': {
    detail: 'the body is 300000 bytes; at most 245760 bytes are allowed',
    errors: [{ path: '', message: '300000 bytes; at most 245760' }],
  },
  'data-too-large': {
    detail: 'the data is 210000 bytes; at most 204800 bytes are allowed',
    errors: [{ path: 'data', message: '210000 bytes; at most 204800' }],
  },
  'encoding-not-supported': {
    detail: 'the body has a Content-Encoding; send it uncompressed, without this header',
  },
  'deadline-missing': {
    detail:
      'send a timeout (seconds or an ISO 8601 duration) or a deadline (an ISO 8601 instant), or set a timeout for the workflow',
    errors: [{ path: 'timeout', message: 'missing' }],
  },
  'start-by-ambiguous': {
    detail: 'startBy waits for the first step, so leave out either startBy or step',
    errors: [{ path: 'step', message: 'not allowed together with startBy' }],
  },
  'deadline-ambiguous': {
    detail: `send either a timeout or a deadline; ${allowedDeadlines}`,
    errors: [
      { path: 'timeout', message: 'not allowed together with deadline' },
      { path: 'deadline', message: 'not allowed together with timeout' },
    ],
  },
  'deadline-out-of-range': {
    detail: `the timeout PT5S is too near; ${allowedDeadlines}`,
    errors: [{ path: 'timeout', message: `too near; ${allowedDeadlines}` }],
  },
  'shards-too-few': {
    detail: 'shards can only grow: it is 32; received 8',
    errors: [{ path: 'shards', message: 'can only grow: it is 32; received 8' }],
  },
  'duration-out-of-range': {
    detail: `notifications.spacing ${allowedSpacing}; received 0`,
    errors: [{ path: 'notifications.spacing', message: `${allowedSpacing}; received 0` }],
  },
  'silence-out-of-range': {
    detail: `the end 2027-11-21T09:00:00Z is too far; ${allowedSilences}`,
    errors: [{ path: 'until', message: `too far; ${allowedSilences}` }],
  },
  'internal-error': { detail: 'the request failed; send it again' },
  unavailable: { detail: 'the request failed; send it again' },
};

/** The codes by status, in the order of the map of problems. */
export function byStatus(codes: readonly ProblemCode[]): Map<number, ProblemCode[]> {
  const known = Object.keys(problems) as ProblemCode[];
  return Map.groupBy(
    known.filter((code) => codes.includes(code)),
    (code) => problems[code].status,
  );
}

/** A response is named by its codes, so that operations with the same codes share it. */
export function responseName(codes: readonly ProblemCode[]): string {
  return codes.join('.');
}

/**
 * The problem responses of these operations, each list of codes once, except for a status that also has a successful
 * reply.
 */
export function problemResponses(contracts: readonly OperationContract[]): Json {
  const all = contracts.flatMap((contract) =>
    [...byStatus(problemsOf(contract))].filter(([status]) => !(status in contract.replies)),
  );
  return Object.fromEntries(
    all.map(([status, codes]) => [responseName(codes), problemResponse(status, codes)]),
  );
}

const headersByStatus: Record<number, string[]> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  405: ['Allow'],
  415: ['Accept-Encoding'],
};

export function problemResponse(status: number, codes: readonly ProblemCode[]) {
  const names = status >= 500 ? ['Retry-After'] : (headersByStatus[status] ?? []);
  return { description: problemDescription(codes), ...headersOf(names), content: problemContent(codes) };
}

function problemContent(codes: readonly ProblemCode[]): Json {
  const schema = schemaReference(Problem, 'problems');
  const values = codes.map((code): [string, Json] => [
    code,
    { summary: problems[code].title, value: exampleOf(code) },
  ]);
  return { 'application/problem+json': { schema, examples: Object.fromEntries(values) } };
}

function problemDescription(codes: readonly ProblemCode[]): string {
  return codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' ');
}

function exampleOf(code: ProblemCode): Problem {
  return { type: `urn:process-warden:problem:${code}`, ...problems[code], code, ...examples[code] };
}
