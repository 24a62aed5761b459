import { type Problem, type ProblemCode, problems } from '../contract/problem.ts';
import type { Operation } from '../contract/routes.ts';
import { type Json, reference } from './schemas.ts';

const anyCaller: ProblemCode[] = ['unauthenticated', 'invalid-request', 'internal-error', 'unavailable'];
const always: ProblemCode[] = [...anyCaller, 'forbidden'];
const withBody: ProblemCode[] = ['invalid-json', 'body-too-large'];
const withData: ProblemCode[] = [...withBody, 'data-too-large'];

/** Which problems each operation can answer: what core/lambda answers for all of them, and what its own code throws. */
export const problemsOf: Record<Operation, readonly ProblemCode[]> = {
  register: [
    ...always,
    ...withData,
    'other-run-waiting',
    'deadline-missing',
    'deadline-ambiguous',
    'start-by-ambiguous',
    'deadline-out-of-range',
  ],
  read: [...always, 'item-not-found'],
  progress: [
    ...always,
    ...withData,
    'item-not-found',
    'item-not-waiting',
    'other-attempt',
    'deadline-ambiguous',
    'deadline-out-of-range',
  ],
  complete: [...always, 'item-not-found', 'other-attempt'],
  list: [...always, 'invalid-cursor'],
  batch: [...always, ...withBody],
  'start-redrive': [...always, ...withBody, 'deadline-out-of-range', 'no-subscription', 'too-many-redrives'],
  'list-redrives': [...always, 'invalid-cursor'],
  'read-redrive': [...always, 'redrive-not-found'],
  'change-redrive': [...always, ...withBody, 'redrive-not-found', 'redrive-over'],
  discard: [...always, ...withBody, 'redrive-not-found', 'dry-run-too-old', 'too-many-redrives'],
  'list-workflows': [...always, 'invalid-cursor'],
  'read-workflow': [...always, 'workflow-not-found'],
  'save-workflow': [...always, ...withBody, 'deadline-out-of-range', 'duration-out-of-range'],
  'remove-workflow': [...always, 'workflow-not-found', 'workflow-not-empty'],
  'silence-workflow': [...always, ...withBody, 'silence-out-of-range'],
  'end-silence': [...always, 'workflow-not-found'],
  'list-incidents': [...always, 'invalid-cursor'],
  'read-incident': [...always, 'incident-not-found'],
  'acknowledge-incident': [...always, ...withBody, 'incident-not-found', 'incident-resolved'],
  'create-token': [...always, ...withBody],
  'list-tokens': [...always, 'invalid-cursor'],
  'revoke-token': [...always, 'token-not-found'],
  'list-audit': [...always, 'invalid-cursor'],
  'check-health': anyCaller,
  'read-openapi': anyCaller,
};

/** What any other method or path is answered with; no operation has these. */
const unroutedProblems: readonly ProblemCode[] = ['route-not-found', 'method-not-allowed'];

const allowedDeadlines =
  'allowed is 60 seconds to 31622400 seconds (366 days) from now: 2026-11-21T09:16:00.000Z to 2027-11-22T09:15:00.000Z';

const allowedSilences =
  'allowed is after now and at most 30 days ahead: 2026-11-21T09:00:00.000Z to 2026-12-21T09:00:00.000Z';

const examples: Record<ProblemCode, Pick<Problem, 'detail' | 'errors'>> = {
  'invalid-json': { detail: 'the body of 14 characters is not valid JSON' },
  'invalid-request': {
    detail: 'priority: unknown; not allowed here',
    errors: [{ path: 'priority', message: 'unknown; not allowed here' }],
  },
  'invalid-cursor': {
    detail:
      'the cursor must be one that this list gave, with the same filters and order; begin again without it',
    errors: [{ path: 'cursor', message: 'not a cursor of this list' }],
  },
  unauthenticated: {
    detail: 'the token has expired; send "Authorization: Bearer pw_…" with a token that is good',
  },
  forbidden: {
    detail: 'this needs the scope read on workflow "uploads"; the token has ingest on uploads scans-*',
  },
  'route-not-found': { detail: 'there is no such path; GET /v1/openapi.json lists all of them' },
  'item-not-found': { detail: 'workflow "uploads" has no item "2026/11/scan-4711.tiff"' },
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
      'the item is overdue, so its deadline cannot move; complete it, or register it again for a new attempt',
  },
  'workflow-not-empty': {
    detail: 'workflow "uploads" has 3 waiting, 1 overdue and 0 failed items; complete them first',
  },
  'redrive-over': { detail: 'the redrive is done since 2026-11-21T10:02:00.000Z' },
  'no-subscription': {
    detail:
      'nothing is subscribed to the redrive topic, so no upstream would get the items; subscribe to it first (on a laptop: npm start -- --redrive-webhook URL)',
  },
  'too-many-redrives': {
    detail: '10 redrives and discards of workflow "uploads" are going on; at most 10 can',
  },
  'dry-run-too-old': {
    detail:
      'the dry run was at 2026-11-21T09:33:00.000Z; its token is good for 15 minutes: make another dry run',
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
  'deadline-missing': {
    detail:
      'give a timeout (seconds or ISO 8601 duration) or a deadline (ISO 8601 instant), or set a timeout for the workflow',
    errors: [{ path: 'timeout', message: 'missing' }],
  },
  'start-by-ambiguous': {
    detail: 'startBy waits for the first step, so do not register with a step',
    errors: [{ path: 'step', message: 'given together with startBy' }],
  },
  'deadline-ambiguous': {
    detail: `give a timeout or a deadline, not both; ${allowedDeadlines}`,
    errors: [
      { path: 'timeout', message: 'given together with deadline' },
      { path: 'deadline', message: 'given together with timeout' },
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
    detail: 'notifications.spacing must be 1 to 31622400 seconds (366 days); received 0',
    errors: [
      { path: 'notifications.spacing', message: 'must be 1 to 31622400 seconds (366 days); received 0' },
    ],
  },
  'silence-out-of-range': {
    detail: `the end 2027-11-21T09:00:00Z is too far; ${allowedSilences}`,
    errors: [{ path: 'until', message: `too far; ${allowedSilences}` }],
  },
  'internal-error': { detail: 'the request failed and may be tried again' },
  unavailable: { detail: 'the request failed and may be tried again' },
};

/** The codes by status, in the order of the map of problems. */
export function byStatus(codes: readonly ProblemCode[]): Map<number, ProblemCode[]> {
  const known = Object.keys(problems) as ProblemCode[];
  return Map.groupBy(
    known.filter((code) => codes.includes(code)),
    (code) => problems[code].status,
  );
}

/** A response is named by the codes it can have, so that operations with the same ones share it. */
export function responseName(codes: readonly ProblemCode[]): string {
  return codes.join('.');
}

/** Every response with problems, each list of codes once. */
export function problemResponses(): Json {
  const lists = [...Object.values(problemsOf), ...unroutedProblems.map((code) => [code])];
  const all = lists.flatMap((codes) => [...byStatus(codes)]);
  return Object.fromEntries(
    all.map(([status, codes]) => [responseName(codes), problemResponse(status, codes)]),
  );
}

const headersByStatus: Record<number, string[]> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  405: ['Allow'],
};

export function problemResponse(status: number, codes: readonly ProblemCode[]) {
  const names = status >= 500 ? ['Retry-After'] : (headersByStatus[status] ?? []);
  return { description: problemDescription(codes), ...headersOf(names), content: problemContent(codes) };
}

export function headersOf(names: readonly string[]): { headers?: Json } {
  if (names.length === 0) return {};
  return { headers: Object.fromEntries(names.map((name) => [name, reference('headers', name)])) };
}

function problemContent(codes: readonly ProblemCode[]): Json {
  const narrowed = { ...reference('schemas', 'Problem'), properties: { code: { enum: codes } } };
  const values = codes.map((code): [string, Json] => [
    code,
    { summary: problems[code].title, value: exampleOf(code) },
  ]);
  return { 'application/problem+json': { schema: narrowed, examples: Object.fromEntries(values) } };
}

function problemDescription(codes: readonly ProblemCode[]): string {
  return codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' ');
}

function exampleOf(code: ProblemCode): Problem {
  return { type: `urn:process-warden:problem:${code}`, ...problems[code], code, ...examples[code] };
}
