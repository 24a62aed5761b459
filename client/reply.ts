import type { Problem } from '../core/contract/problem.ts';
import type { Operation } from '../core/contract/routes.ts';
import type { Clock } from './clock.ts';
import { WardenError } from './warden-error.ts';

/** A reply as it came. */
export interface HttpReply {
  status: number;
  headers: Pick<Headers, 'get'>;
  text: string;
}

/**
 * A member that each successful reply of an operation has. Something on the way that answers 200 to everything, such as
 * the page of a hotel's network, is not taken for the warden (P7).
 */
const marks: Partial<Record<Operation, string>> = {
  register: 'outcome',
  read: 'state',
  progress: 'state',
  fail: 'state',
  complete: 'outcome',
  list: 'items',
  batch: 'results',
  reconcile: 'counts',
  'list-redrives': 'redrives',
  'list-workflows': 'workflows',
  'list-incidents': 'incidents',
  'list-tokens': 'tokens',
  'list-audit': 'entries',
  'check-health': 'checks',
  'read-statistics': 'periods',
  'read-openapi': 'openapi',
};

/** The operations that return a result with a status of failure: the status of their parts. */
const partly: readonly Operation[] = ['batch', 'check-health'];

/** The value of a reply. Throws a WardenError for a problem, and if the reply is not the warden's. */
export function replyValue(operation: Operation, reply: HttpReply, clock: Pick<Clock, 'now'>): unknown {
  const isSuccess = reply.status >= 200 && reply.status < 300;
  if (isSuccess && reply.status === 204) return undefined;
  if (isSuccess && operation === 'read-metrics') return reply.text;
  const value = parsed(reply);
  const mark = marks[operation];
  if (isSuccess || partly.includes(operation)) {
    if (mark === undefined ? isSuccess : mark in value) return value;
  }
  throw isSuccess ? notTheWarden(reply) : refusal(reply, value, clock);
}

/** Throws the WardenError of a reply that is not a success. */
export function checkSuccess(reply: HttpReply, clock: Pick<Clock, 'now'>): void {
  if (reply.status < 200 || reply.status >= 300) throw refusal(reply, parsed(reply), clock);
}

function parsed(reply: HttpReply): object {
  try {
    const value: unknown = JSON.parse(reply.text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // The text is not shown: it may have data.
  }
  throw notTheWarden(reply);
}

/** The error for a reply that something between the client and the warden has made or changed. */
export function notTheWarden({ status, headers, text }: HttpReply): WardenError {
  const type = headers.get('content-type') ?? 'no content type';
  // JSON that cannot be parsed has lost its end on the way.
  const isCut = /\bjson\b/.test(type) && !/[}\]]\s*$/.test(text);
  const what =
    status === 0 || (status >= 300 && status < 400)
      ? `a redirect, which is not followed${status === 0 ? '' : ` (status ${status})`}`
      : isCut
        ? `JSON that is cut off (status ${status})`
        : `not from a warden (status ${status}, ${type})`;
  return new WardenError('not-the-warden', `the reply is ${what}; check the address of the warden`, {
    status,
    isCut,
  });
}

function refusal(reply: HttpReply, value: object, clock: Pick<Clock, 'now'>): WardenError {
  const { status } = reply;
  const details = { status, retryAfterMs: retryAfterMs(reply.headers.get('retry-after'), clock.now()) };
  if (isProblem(value)) return new WardenError(value.code, value.detail, { ...details, problem: value });
  // API Gateway answers in the warden's place when it lets nobody in or has no capacity.
  if (!('message' in value) || typeof value.message !== 'string') return notTheWarden(reply);
  const message = `API Gateway returned status ${status}: ${value.message}`;
  if (status === 401) return new WardenError('unauthenticated', message, details);
  if (status === 403) return new WardenError('forbidden', message, details);
  if (status === 429 || status >= 500) return new WardenError('unavailable', message, details);
  return notTheWarden(reply);
}

function isProblem(value: object): value is Problem {
  return (
    'code' in value &&
    typeof value.code === 'string' &&
    'detail' in value &&
    typeof value.detail === 'string' &&
    'status' in value
  );
}

/** Milliseconds of a Retry-After header: seconds, or a date. */
function retryAfterMs(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
