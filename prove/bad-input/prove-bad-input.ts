import { createLog } from '../../core/log.ts';
import { createFunctions } from '../../local/functions.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import type { MemoryService } from '../memory/connect-memory.ts';
import { httpEvent } from '../world/http-event.ts';
import { type Callers, createCallers } from './callers.ts';
import { type Described, operations } from './document.ts';
import { drawRequest, faultsOfMessage, faultsOfRequest } from './draw-request.ts';
import { message, messageFault, wrongIn } from './messages.ts';
import { type Answered, answered, send } from './requests.ts';

/** Calls that leave something behind. */
const writes = /^(Put|Update|Delete|Create|Publish|BatchWrite|Send)/;
/** Of all cases, how many are messages, and how many are requests with a token. */
const shares = { message: 0.1, withToken: 0.3 };

export interface BadInput {
  cases: number;
  /** Requests and messages that the document does not allow, each of them refused. */
  refused: number;
  /** Of these, how many were not allowed for what. */
  refusedIn: Record<NonNullable<Answered['wrong']> | 'message' | 'operation', number>;
  /** Requests that were answered with a 5xx. */
  failed: number;
  /** Replies and stored records that must not be: all of them, and the first ones in words. */
  faults: number;
  broken: string[];
}

/**
 * Sends requests and messages with one or two faults, in every field, parameter and header of every operation, and requests
 * with tokens that do not allow them. A request that the published document does not allow must be answered with a 4xx
 * problem and leave nothing behind; no request may be answered with a 5xx. A message that it does not allow must go back to
 * its queue, leave nothing behind and stop no other message.
 */
export async function proveBadInput(
  service: MemoryService,
  { seed, cases, onCase = () => {} }: { seed: number; cases: number; onCase?: (done: number) => void },
): Promise<BadInput> {
  const random = seededRandom(seed);
  const stored: string[] = [];
  const lines: string[] = [];
  let now = Date.parse('2026-03-01T12:00:00.000Z');
  const clock = { now: () => now };
  service.memory.reset({
    clock,
    disturbances: {
      fault: ({ operation }) => {
        if (writes.test(operation)) stored.push(operation);
        return undefined;
      },
    },
  });
  const ports = service.process({ clock, log: createLog((line) => lines.push(line)) });
  const open = createFunctions(ports, { auth: false });
  const guarded = createFunctions(ports, { auth: true });
  const callers = await createCallers({
    send: async (event, route) => JSON.parse((await send(open, event, route)).body || '{}'),
    expire: () => {
      now += 10_000;
    },
  });
  await noteUses();

  const result: BadInput = {
    cases,
    refused: 0,
    refusedIn: { path: 0, query: 0, headers: 0, body: 0, caller: 0, message: 0, operation: 0 },
    failed: 0,
    faults: 0,
    broken: [],
  };
  for (let number = 0; number < cases; number++) {
    stored.length = 0;
    lines.length = 0;
    const { fault, wrong, what } = await oneCase(number);
    if (fault === undefined && wrong !== undefined) {
      result.refused++;
      result.refusedIn[wrong]++;
    }
    if (fault !== undefined) {
      result.faults++;
      if (result.broken.length < 20) result.broken.push(`${what}: ${fault}`);
    }
    onCase(number + 1);
  }
  return result;

  async function oneCase(number: number) {
    const kind = random();
    if (kind < shares.message) {
      const { draft, what } = drawRequest(random, message(number), faultsOfMessage);
      const hasCompany = random() < 0.5;
      const asked = { draft, number, sentAt: now, hasCompany, stored, lines };
      const isThere = async (item: string) => (await ports.items.readOpen('uploads', item)) !== undefined;
      const fault = await messageFault({ ingest: open.ingest, isThere }, asked);
      return { fault, wrong: wrongIn(draft), what: `a message with ${what}` };
    }
    // Every operation in turn.
    const operation = operations[number % operations.length] as Described;
    const { draft, what } = drawRequest(random, operation, faultsOfRequest);
    const caller = kind < shares.message + shares.withToken ? anyOf(callers, random) : undefined;
    const asked = { draft, number, now, caller, stored };
    const { fault, wrong, status } = await answered(caller ? guarded : open, asked);
    if (status >= 500) result.failed++;
    const by = caller ? ` by ${caller.what}` : '';
    return { fault, wrong, what: `${operation.method} ${operation.route}${by} with ${what}` };
  }

  /** The first use of a token is recorded, also if the request is then refused. */
  async function noteUses(): Promise<void> {
    const route = { method: 'GET', route: '/v1/workflows' };
    for (const { authorization } of [callers.admin, ...callers.others]) {
      const headers = authorization === undefined ? {} : { authorization };
      await send(guarded, httpEvent({ ...route, headers }, 0, now), route);
    }
  }
}

/** An administrator every other time, so that faults behind the check of the caller are reached, too. */
function anyOf({ admin, others }: Callers, random: () => number) {
  return random() < 0.5 ? admin : (others[Math.floor(random() * others.length)] ?? admin);
}
