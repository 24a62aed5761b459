import pLimit from 'p-limit';
import pRetry from 'p-retry';
import type * as z from 'zod/mini';
import { type ArmedTimer, sharingGroups } from '../../aws/timers.ts';
import type { CompleteOperation, ProgressOperation, RegisterOperation } from '../../contract/batch.ts';
import type { CompleteReply, ItemSummary } from '../../contract/item.ts';
import type { Problem } from '../../contract/problem.ts';
import type { RegisterReply } from '../../contract/registration.ts';
import type { JsonText } from '../../json-text.ts';
import { errorFields } from '../../log.ts';
import { batchBudgetMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';
import { ProblemError } from '../../problem-error.ts';
import { problemOf } from '../../problem-of.ts';
import { complete } from './complete.ts';
import { progress } from './progress.ts';
import {
  carryOut,
  type PlannedRegistration,
  planRegistration,
  type RegisterInput,
  register,
} from './register.ts';

type Service = Pick<
  Ports,
  | 'items'
  | 'registry'
  | 'incidents'
  | 'outcomes'
  | 'counts'
  | 'statistics'
  | 'timers'
  | 'itemEvents'
  | 'notifications'
  | 'budget'
  | 'clock'
  | 'log'
  | 'leastTimeoutSeconds'
  | 'workflowLimit'
>;

export type BatchOperation = (
  | z.infer<typeof RegisterOperation>
  | z.infer<typeof ProgressOperation>
  | z.infer<typeof CompleteOperation>
) & {
  /** The operation's `data` as the text it came in. */
  dataText: JsonText | undefined;
};

export type BatchResult = ({ status: number } & (RegisterReply | ItemSummary | CompleteReply)) | Problem;

/** How many items of a batch are processed at the same time. */
const parallel = 16;

/** An operation on its way through the steps of a batch. */
interface Entry {
  operation: BatchOperation;
  index: number;
  planned?: PlannedRegistration;
  timer?: ArmedTimer;
}

/**
 * Carries out operations on items of one workflow and returns a result for each, as if it were sent alone. An operation
 * that fails stops no other (P8). Operations on the same item are carried out in order. If an operation fails and may
 * be retried, the later operations on its item are not started, because the retry would come after them.
 *
 * Items with a next check in the same second share one timer, so 100 registrations take one call to Scheduler
 * (docs/adr/0017). The shared timer is armed before any of its items is written.
 */
export async function batch(
  service: Service,
  { workflow, operations }: { workflow: string; operations: readonly (BatchOperation | ProblemError)[] },
): Promise<BatchResult[]> {
  const started = service.clock.now();
  const results: BatchResult[] = [];
  const entries: Entry[] = [];
  for (const [index, operation] of operations.entries()) {
    if (operation instanceof ProblemError) results[index] = operation.toProblem();
    else entries.push({ operation, index });
  }
  const attempt = async (those: readonly Entry[], work: () => Promise<unknown>) => {
    try {
      if (service.clock.now() - started >= batchBudgetMs)
        throw notBegun('the time for the batch was used up');
      await patiently(service, started, work);
    } catch (error) {
      const problem = problemOf(error);
      for (const { index } of those) results[index] ??= problem.toProblem();
      if (problem.status < 500) return;
      // The batch as a whole succeeds, so nothing else reports this error.
      const item = those.length === 1 ? those[0]?.operation.item : undefined;
      const { code, cause = problem } = problem;
      service.log.error('part of a batch failed', {
        workflow,
        item,
        operations: those.length,
        code,
        ...errorFields(cause),
      });
    }
  };

  const limit = pLimit(parallel);
  await limit.map(firstRegistrations(entries), ({ entry, operation }) =>
    attempt([entry], async () => {
      const planned = await planRegistration(service, inputOf(workflow, operation));
      if ('outcome' in planned) results[entry.index] = { status: 200, ...planned };
      else entry.planned = planned;
    }),
  );
  const shared = timersOf(entries);
  await limit.map(shared, ({ checkAt, sharing }) =>
    attempt(sharing, async () => {
      const timer = await arm(service, workflow, sharing, checkAt);
      for (const entry of sharing) entry.timer = timer;
    }),
  );
  const byItem = Map.groupBy(entries, ({ operation }) => operation.item);
  await limit.map([...byItem.values()], async (ofItem) => {
    let isBlocked = false;
    for (const entry of ofItem) {
      const { index } = entry;
      if (isBlocked) results[index] = notBegun('an earlier operation on this item failed').toProblem();
      else if (!results[index]) {
        await attempt([entry], async () => {
          results[index] = await carryOutOne(service, workflow, entry);
        });
      }
      isBlocked ||= (results[index]?.status ?? 0) >= 500;
    }
  });
  await limit.map(shared, async ({ sharing }) => {
    const isNeeded = sharing.some(({ index }) => !isWithoutTimer(results[index]));
    const [timer] = sharing.flatMap((entry) => entry.timer ?? []);
    if (timer && !isNeeded) await service.timers.disarmForAll(timer.timer);
  });
  return results;
}

/**
 * The status of the whole batch, for callers that look at nothing else: 200 if every operation succeeded, 207 if some
 * did. If none did, 400, or 503 if at least one may be repeated, so that the caller repeats the batch.
 */
export function batchStatus(results: readonly { status: number }[]): 200 | 207 | 400 | 503 {
  const refused = results.filter(({ status }) => status >= 400);
  if (refused.length === 0) return 200;
  if (refused.length < results.length) return 207;
  return refused.some(({ status }) => status >= 500) ? 503 : 400;
}

/** Retries calls that AWS throttles, while there is time. */
function patiently<Result>(
  { clock }: Service,
  started: number,
  work: () => Promise<Result>,
): Promise<Result> {
  return pRetry(work, {
    retries: 6,
    minTimeout: 100,
    randomize: true,
    shouldRetry: ({ error }) => problemOf(error).status === 503 && clock.now() - started < batchBudgetMs,
  });
}

/** Whether a registration certainly wrote nothing, so that its timer is not needed. */
function isWithoutTimer(result: BatchResult | undefined): boolean {
  if (result === undefined) return false;
  return 'outcome' in result ? ['unchanged', 'completed'].includes(result.outcome) : result.status < 500;
}

function notBegun(why: string): ProblemError {
  return new ProblemError('unavailable', `${why}, so this operation was not started; try again`);
}

type Registration = Extract<BatchOperation, { op: 'register' }>;

/**
 * The registrations that are the first operation on their item. Any other registration is carried out as if it were
 * sent alone, when its turn comes, because it depends on the operations before it.
 */
function firstRegistrations(entries: readonly Entry[]): { entry: Entry; operation: Registration }[] {
  const seen = new Set<string>();
  return entries.flatMap((entry) => {
    const { operation } = entry;
    if (seen.has(operation.item)) return [];
    seen.add(operation.item);
    return operation.op === 'register' ? [{ entry, operation }] : [];
  });
}

function inputOf(workflow: string, { op, item, dataText, ...request }: Registration): RegisterInput {
  return { workflow, item, request, data: dataText };
}

/** Which registrations share a timer. */
function timersOf(entries: readonly Entry[]): { checkAt: number; sharing: Entry[] }[] {
  const together = new Map<number, Map<string, Entry>>();
  for (const entry of entries) {
    if (!entry.planned) continue;
    const checkAt = Math.ceil(entry.planned.checkAt / 1000) * 1000;
    const others = together.get(checkAt) ?? new Map<string, Entry>();
    together.set(checkAt, others.set(entry.operation.item, entry));
  }
  return [...together].flatMap(([checkAt, items]) =>
    sharingGroups([...items.keys()]).map((group) => ({
      checkAt,
      sharing: group.flatMap((item) => items.get(item) ?? []),
    })),
  );
}

function arm(
  { timers, clock, leastTimeoutSeconds }: Service,
  workflow: string,
  sharing: readonly Entry[],
  checkAt: number,
): Promise<ArmedTimer> {
  const items = sharing.map(({ operation }) => operation.item);
  // After long retries this time may be past, and Scheduler's behaviour for a past time is not documented.
  return timers.armFor(workflow, items, Math.max(checkAt, clock.now() + leastTimeoutSeconds * 1000));
}

async function carryOutOne(
  service: Service,
  workflow: string,
  { operation, planned, timer }: Entry,
): Promise<BatchResult> {
  const { item } = operation;
  if (operation.op === 'register') {
    const reply =
      planned && timer
        ? await carryOut(service, planned, timer)
        : await register(service, inputOf(workflow, operation));
    return { status: reply.outcome === 'created' ? 201 : 200, ...reply };
  }
  const only = { attempt: operation.attempt, run: operation.run };
  if (operation.op === 'complete') {
    return { status: 200, ...(await complete(service, { workflow, item, only })) };
  }
  const { op, item: _, run, attempt, dataText, ...request } = operation;
  return { status: 200, ...(await progress(service, { workflow, item, only, request, data: dataText })) };
}
