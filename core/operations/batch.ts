import pLimit from 'p-limit';
import pRetry from 'p-retry';
import { type ArmedTimer, sharingGroups } from '../aws/timers.ts';
import type { CompleteReply, ItemSummary, RegisterReply } from '../contract/item.ts';
import type { Problem } from '../contract/problem.ts';
import type { BatchOperation } from '../lambda/batch-operations.ts';
import { problemOf } from '../lambda/problem-reply.ts';
import { errorFields, type Log } from '../log.ts';
import { ProblemError } from '../problem-error.ts';
import { type CompleteService, complete } from './complete.ts';
import { type ProgressService, progress } from './progress.ts';
import { carryOut, type PlannedRegistration, planRegistration, type RegisterService } from './register.ts';

export interface BatchService extends RegisterService, ProgressService, CompleteService {
  log: Log;
}

export type BatchResult = ({ status: number } & (RegisterReply | ItemSummary | CompleteReply)) | Problem;

/** Items of a batch that are worked on at once. */
const parallel = 16;
/** Milliseconds for which what AWS had no time for is tried again. The function ends after 29 s. */
const triesForMs = 15_000;

/** An operation, or what is wrong with it, and what it came to. */
interface Entry {
  operation: BatchOperation;
  index: number;
  planned?: PlannedRegistration | undefined;
  timer?: ArmedTimer;
}

/**
 * Carries out operations of one workflow, and answers each as if it had come alone; one that fails stops no other
 * (P8). Those of one item are carried out in their order.
 *
 * Items that are to be looked at in the same second share one timer, so 100 registrations take one call to Scheduler
 * (docs/adr/0017). It is armed before any of its items is written, as for one alone.
 */
export async function batch(
  service: BatchService,
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
      await patiently(service, started, work);
    } catch (error) {
      const problem = problemOf(error);
      for (const { index } of those) results[index] ??= problem.toProblem();
      if (problem.status < 500) return;
      // The batch as a whole succeeds, so nothing else tells of it.
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
  await limit.map(entries, (entry) =>
    attempt([entry], async () => {
      entry.planned = await plan(service, workflow, entry.operation);
    }),
  );
  await limit.map(timersOf(entries), ({ look, sharing }) =>
    attempt(sharing, async () => {
      const timer = await arm(service, workflow, sharing, look);
      for (const entry of sharing) entry.timer = timer;
    }),
  );
  const byItem = Map.groupBy(entries, ({ operation }) => operation.item);
  await limit.map([...byItem.values()], async (ofItem) => {
    for (const entry of ofItem) {
      if (results[entry.index]) continue;
      await attempt([entry], async () => {
        results[entry.index] = await carryOutOne(service, workflow, entry);
      });
    }
  });
  return results;
}

/** Tries again what AWS was too busy for, while there is time. */
function patiently<Result>(
  { clock }: BatchService,
  started: number,
  work: () => Promise<Result>,
): Promise<Result> {
  return pRetry(work, {
    retries: 6,
    minTimeout: 100,
    randomize: true,
    shouldRetry: ({ error }) => problemOf(error).status === 503 && clock.now() - started < triesForMs,
  });
}

async function plan(
  service: BatchService,
  workflow: string,
  operation: BatchOperation,
): Promise<PlannedRegistration | undefined> {
  if (operation.op !== 'register') return undefined;
  const { op, item, dataText, ...request } = operation;
  return planRegistration(service, { workflow, item, request, data: dataText });
}

/** Which registrations share a timer. An item that is there twice has two, to tell its registrations apart. */
function timersOf(entries: readonly Entry[]): { look: number; sharing: Entry[] }[] {
  const seen = new Set<string>();
  const alone: { look: number; sharing: Entry[] }[] = [];
  const together = new Map<number, Map<string, Entry>>();
  for (const entry of entries) {
    if (!entry.planned) continue;
    const look = Math.ceil(entry.planned.look / 1000) * 1000;
    const { item } = entry.operation;
    if (seen.has(item)) {
      alone.push({ look, sharing: [entry] });
      continue;
    }
    seen.add(item);
    const others = together.get(look) ?? new Map<string, Entry>();
    together.set(look, others.set(item, entry));
  }
  const groups = [...together].flatMap(([look, items]) =>
    sharingGroups([...items.keys()]).map((group) => ({
      look,
      sharing: group.flatMap((item) => items.get(item) ?? []),
    })),
  );
  return [...groups, ...alone];
}

function arm(
  { timers, clock, leastTimeoutSeconds }: BatchService,
  workflow: string,
  sharing: readonly Entry[],
  look: number,
): Promise<ArmedTimer> {
  const items = sharing.map(({ operation }) => operation.item);
  // When it was tried for long that may be past, and nobody knows what Scheduler does with such a time.
  const at = Math.max(look, clock.now() + leastTimeoutSeconds * 1000);
  const [only, second] = items;
  return only !== undefined && second === undefined
    ? timers.arm({ workflow, item: only }, at)
    : timers.armShared(workflow, items, at);
}

async function carryOutOne(
  service: BatchService,
  workflow: string,
  { operation, planned, timer }: Entry,
): Promise<BatchResult> {
  const { item } = operation;
  if (operation.op === 'register') {
    if (!planned || !timer) throw new Error('a registration was not planned');
    const reply = await carryOut(service, planned, timer);
    return { status: reply.outcome === 'created' ? 201 : 200, ...reply };
  }
  const only = { attempt: operation.attempt, run: operation.run };
  if (operation.op === 'complete') {
    return { status: 200, ...(await complete(service, { workflow, item, only })) };
  }
  const { op, item: _, run, attempt, dataText, ...request } = operation;
  return { status: 200, ...(await progress(service, { workflow, item, only, request, data: dataText })) };
}
