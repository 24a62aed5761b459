import type { Stored } from '../../aws/items/stored.ts';
import type { ArmedTimer } from '../../aws/timers.ts';
import { limits } from '../../contract/limits.ts';
import type { RegisterReply, RegisterRequest } from '../../contract/registration.ts';
import { instant } from '../../contract/time.ts';
import { timeoutMs } from '../../contract/timeout.ts';
import type { WorkflowSettings } from '../../contract/workflow-settings.ts';
import type { JsonText } from '../../json-text.ts';
import {
  deadlineOf,
  type EarlyChecks,
  earlyChecks,
  madeAt,
  requiredDeadline,
} from '../../model/item/deadline.ts';
import { nextCheck } from '../../model/item/expiry.ts';
import { firstAttempt, nextAttempt, nextLife } from '../../model/item/first-attempt.ts';
import { ignoredMembers } from '../../model/item/ignored-members.ts';
import { type ItemRecord, isOpen, summaryOf } from '../../model/item/item-record.ts';
import { isOver } from '../../model/item/receipt.ts';
import { timeoutHint } from '../../model/item/timeout-hint.ts';
import type { Ports } from '../../ports.ts';
import { contended, ProblemError } from '../../problem-error.ts';
import { countOutcomes } from '../incidents/count-outcomes.ts';
import { reportOne } from '../incidents/report.ts';
import { mostTries } from './preconditions.ts';

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
  | 'clock'
  | 'leastTimeoutSeconds'
  | 'workflowLimit'
>;

export interface RegisterInput {
  workflow: string;
  item: string;
  request: RegisterRequest;
  data: JsonText | undefined;
}

/** A registration whose request is valid and ready to be carried out. */
export interface PlannedRegistration extends RegisterInput {
  watched: EarlyChecks & { deadline: string; startedAt: string; steps: [] };
  /** When the request arrived. It was made at `startedAt`, which is earlier if the caller had to keep it. */
  arrivedAt: string;
  /** The next check, when the timer is to fire, in ms since the epoch. */
  checkAt: number;
  /** The registrations that the workflow expects, if any. */
  expected: WorkflowSettings['expect'];
  /** Partitions of the workflow's index, if not the default. */
  queueShards: number | undefined;
}

/**
 * Starts the watch of an item, or leaves a watch that exists unchanged (P1, P4).
 *
 * 1. Find the deadline, and enter the workflow in the registry, which the sweep walks.
 * 2. Arm the timer. A crash after this leaves a timer that finds nothing; the other order could leave an item that
 *    nobody watches (docs/adr/0001).
 * 3. Write the item on condition that there is none.
 * 4. If there is one, it depends on its state. Waiting, or breached in the same run: leave it unchanged. Breached in
 *    another run, or `restart`: start its next attempt. Completed: start a new life, unless this run is over; then the
 *    request is late, and nothing is watched (docs/adr/0023).
 * 5. Count the registration, if the workflow expects registrations (docs/adr/0013).
 *
 * Throws a 422 problem for the deadline, a 409 problem if another run is waiting or if there are too many workflows.
 */
export async function register(service: Service, input: RegisterInput): Promise<RegisterReply> {
  const planned = await planRegistration(service, input);
  if ('outcome' in planned) return planned;
  return carryOut(service, planned, await service.timers.arm(input, planned.checkAt));
}

/** Whether time or changed settings refuse a request. Every other one was refused when it came first, too. */
function mayHaveBeenAllowed({ code }: ProblemError, request: RegisterRequest): boolean {
  const { timeout, startBy, warnAfter, stuckAfter } = request;
  const isAlwaysWrong = [timeout, startBy, warnAfter, stuckAfter].some((time) => {
    // An instant has no length: time can refuse it.
    const ms = time === undefined ? undefined : timeoutMs(time);
    return ms !== undefined && !(ms > 0 && ms <= limits.longestTimeoutSeconds * 1_000);
  });
  return !isAlwaysWrong && (code === 'deadline-missing' || code === 'deadline-out-of-range');
}

/** Step 1. A repeat whose deadline has passed meanwhile is answered as a repeat. */
export async function planRegistration(
  service: Service,
  input: RegisterInput,
): Promise<PlannedRegistration | RegisterReply> {
  const { registry, clock, leastTimeoutSeconds } = service;
  const { workflow, request } = input;
  const arrived = clock.now();
  const now = madeAt(request, arrived);
  const record = await registry.findWorkflow(workflow);
  const settings = record?.settings;
  try {
    const deadline =
      deadlineOf(request, now, leastTimeoutSeconds) ??
      requiredDeadline({ timeout: settings?.timeout }, now, leastTimeoutSeconds);
    const looks = earlyChecks(request, settings, now, deadline);
    if (!record) await checkWorkflowLimit(service, workflow);
    await registry.ensureWorkflow(workflow);
    const watched = { ...looks, deadline: instant(deadline), startedAt: instant(now), steps: [] as [] };
    const { shards: queueShards } = record ?? {};
    // A registration that is due already is checked by the earliest timer that can be armed. A completion can come
    // before that.
    const soonest = request.age === undefined ? 0 : arrived + leastTimeoutSeconds * 1000;
    const checkAt = Math.max(nextCheck(watched), soonest);
    return {
      ...input,
      watched,
      arrivedAt: instant(arrived),
      checkAt,
      expected: settings?.expect,
      queueShards,
    };
  } catch (error) {
    if (!(error instanceof ProblemError) || !mayHaveBeenAllowed(error, request)) throw error;
    const seen = await service.items.read(workflow, input.item);
    const reply = seen && repeated(input, seen, now);
    if (!reply) throw error;
    return reply;
  }
}

/** Throws a 409 problem if registrations may create no further workflow. A known workflow is never refused. */
async function checkWorkflowLimit(
  { registry, workflowLimit }: Pick<Service, 'registry' | 'workflowLimit'>,
  workflow: string,
): Promise<void> {
  const count = await registry.countWorkflows();
  if (count < workflowLimit) return;
  throw new ProblemError(
    'too-many-workflows',
    `there is no workflow "${workflow}", and there are already ${count} workflows; registrations create at most ${workflowLimit}. Create it with PUT /v1/workflows/${workflow}, remove other workflows, or raise the limit: workflowLimit of the stack, --workflow-limit on a laptop`,
  );
}

/** Steps 3 and 4, with the timer armed. */
export async function carryOut(
  service: Service,
  planned: PlannedRegistration,
  timer: ArmedTimer,
): Promise<RegisterReply> {
  const { items, timers, counts } = service;
  const { workflow, item, request, arrivedAt, checkAt, expected } = planned;
  const started = async (outcome: 'created' | 'restarted', record: Stored): Promise<RegisterReply> => {
    service.statistics.count(workflow, { counts: { started: 1 } });
    if (expected) await counts.add(workflow, expected, Date.parse(arrivedAt));
    const hint = timeoutHint(request);
    return { outcome, ...(hint !== undefined && { hint }), ...summaryOf(record) };
  };
  let armed = timer;

  for (let tries = 0; tries < mostTries; tries++) {
    const first = firstAttempt(planned, armed);
    if (await items.insert(first)) return started('created', first);
    const seen = await items.read(workflow, item);
    if (seen === undefined) {
      // The item may have been ours, and its completion has deleted the timer: arm another one.
      armed = await timers.arm({ workflow, item }, checkAt);
      continue;
    }
    // The item has our timer: an earlier try of this write succeeded and its reply was lost. If the item was completed since,
    // another life would watch work that is done, with a timer that its completion has deleted.
    if (seen.timer === armed.timer) {
      return started(seen.startedAt === seen.registeredAt ? 'created' : 'restarted', seen);
    }
    const reply = repeated(planned, seen, Date.parse(planned.watched.startedAt));
    if (reply) {
      await timers.disarm(armed.timer);
      return reply;
    }
    if (!isOpen(seen)) {
      const next = nextLife(first, seen);
      if (await items.replace(next, seen.revision)) return started('created', next);
      continue;
    }
    if (seen.state === 'waiting' && !restarts(request, seen)) {
      await timers.disarm(armed.timer);
      throw otherRun(request.run ?? '', seen);
    }
    // Report the last attempt before it is replaced, so that people are notified of it (P3).
    if (seen.state !== 'waiting' && seen.reportedAt === undefined) {
      await reportOne(service, seen);
      continue;
    }
    const next = nextAttempt(first, seen, request.tags);
    if (await items.replace(next, seen.revision)) {
      await timers.disarm(seen.timer);
      await countOutcomes(service.outcomes, [seen], 'restarted');
      return started('restarted', next);
    }
  }
  // Keep the timer: one of the failed writes may have succeeded.
  throw contended(`item "${item}"`);
}

/**
 * The reply to a registration that changes nothing: the item is waiting, or its run is overdue, failed or over.
 *
 * @param made when the request was made, in ms since the epoch. Two deliveries of one message differ by some ms. A kept request
 *   that was made before its run was breached would have changed nothing then, and changes nothing now: it comes late, or it
 *   has started this attempt and is delivered again
 */
function repeated({ request, data }: RegisterInput, seen: Stored, made: number): RegisterReply | undefined {
  const isSameRun = request.run !== undefined && request.run === seen.run;
  const isOld = request.age !== undefined && instant(made) < (seen.breachedAt ?? '');
  const isUnchanged =
    seen.state === 'waiting'
      ? isSameRun || (request.run === undefined && !request.restart)
      : // The request may have waited in a network until the run was overdue or failed. It must not hide that (P1).
        isOpen(seen) && isSameRun && (!request.restart || isOld);
  const outcome = isOver(seen, request.run) ? 'completed' : isUnchanged ? 'unchanged' : undefined;
  if (outcome === undefined) return undefined;
  const ignored = ignoredMembers(request, data, seen);
  return { outcome, ...(ignored.length > 0 && { ignored }), ...summaryOf(seen) };
}

/** Repeating a restart for the run that is already waiting does not restart the item again (P4). */
function restarts(request: RegisterRequest, seen: ItemRecord): boolean {
  return request.restart === true && (request.run === undefined || request.run !== seen.run);
}

function otherRun(run: string, seen: ItemRecord): ProblemError {
  const waiting = seen.run === undefined ? 'without a run' : `for run "${seen.run}"`;
  return new ProblemError(
    'other-run-waiting',
    `the item is waiting ${waiting}, not for run "${run}"; complete it, or register with "restart": true`,
  );
}
