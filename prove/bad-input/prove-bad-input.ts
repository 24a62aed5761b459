import { createLog } from '../../core/log.ts';
import { createFunctions } from '../../local/functions.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import type { MemoryService } from '../memory/connect-memory.ts';
import { type Part, wrongPart } from './allowed.ts';
import type { Described, Json } from './document.ts';
import { eventOf } from './draft.ts';
import { drawRequest } from './draw-request.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');
/** Calls that leave something behind. */
const writes = /^(Put|Update|Delete|Create|Publish|BatchWrite|Send)/;

export interface BadInput {
  cases: number;
  /** Requests that the document does not allow, each refused with a problem. */
  refused: number;
  /** Of these, how many had a fault in which part. */
  refusedIn: Record<Part, number>;
  /** Requests that were answered with a 5xx. */
  failed: number;
  /** Replies and stored records that must not be: all of them, and the first ones in words. */
  faults: number;
  broken: string[];
}

/**
 * Sends requests with one or two faults, in every field, parameter and header of every operation. A request that the
 * published document does not allow must be answered with a 4xx problem and leave nothing behind; no request may be
 * answered with a 5xx.
 */
export async function proveBadInput(
  service: MemoryService,
  { seed, cases, onCase = () => {} }: { seed: number; cases: number; onCase?: (done: number) => void },
): Promise<BadInput> {
  const random = seededRandom(seed);
  const stored: string[] = [];
  service.memory.reset({
    clock: { now: () => now },
    disturbances: {
      fault: ({ operation }) => {
        if (writes.test(operation)) stored.push(operation);
        return undefined;
      },
    },
  });
  const ports = service.process({ clock: { now: () => now }, log: createLog(() => {}) });
  const { routes } = createFunctions(ports, { auth: false });
  const result: BadInput = {
    cases,
    refused: 0,
    refusedIn: { path: 0, query: 0, headers: 0, body: 0 },
    failed: 0,
    faults: 0,
    broken: [],
  };
  for (let number = 0; number < cases; number++) {
    const { draft, what } = drawRequest(random, number);
    const { operation } = draft;
    const wrong = wrongPart(draft);
    const route = routes.find(({ method, path }) => method === operation.method && path === operation.route);
    if (route === undefined) throw new Error(`there is no route ${operation.method} ${operation.route}`);
    stored.length = 0;
    const reply = await route.handler(eventOf(draft, number, now));
    const fault = faultOf(reply as Json, operation, wrong, stored);
    if (fault === undefined && wrong !== undefined) {
      result.refused++;
      result.refusedIn[wrong]++;
    }
    if (fault !== undefined) {
      result.faults++;
      if (result.broken.length < 20)
        result.broken.push(`${operation.method} ${operation.route} with ${what}: ${fault}`);
    }
    if ((reply as Json).statusCode >= 500) result.failed++;
    onCase(number + 1);
  }
  return result;
}

function faultOf(
  reply: Json,
  { route }: Described,
  wrong: Part | undefined,
  stored: readonly string[],
): string | undefined {
  const { statusCode, body = '' } = reply;
  if (statusCode >= 500) return `${statusCode} ${body}`;
  const isWrong = wrong !== undefined;
  // Only a fault in an operation of a batch stops no other operation.
  const isBatch = route.endsWith('/batch') && (wrong === 'body' || wrong === undefined);
  const isRefused = statusCode >= 400 || (isBatch && isPartlyRefused(reply));
  if (isWrong && !isRefused) return `${statusCode}, which the document does not allow`;
  if (statusCode < 400) return undefined;
  const { code, detail, status } = JSON.parse(body);
  // A batch in which every operation has a fault has their results.
  if (!isBatch && (!code || !detail || status !== statusCode))
    return `${statusCode} without a problem: ${body}`;
  if (isWrong && !isBatch && stored.length > 0) return `${statusCode}, and ${stored.join(', ')} was called`;
  return undefined;
}

/** Whether an operation of a batch was refused. */
function isPartlyRefused({ statusCode, body }: Json): boolean {
  return statusCode === 207 && JSON.parse(body).results.some(({ status }: Json) => status >= 400);
}
