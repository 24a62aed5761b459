import pLimit from 'p-limit';
import type { Unreadable } from '../../aws/registry/incident-archive.ts';
import { limits } from '../../contract/limits.ts';
import { instant } from '../../contract/time.ts';
import { errorFields, type LogFields } from '../../log.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import { sweepBudgetMs } from '../../names/clockwork.ts';
import { finishEnding } from '../incidents/end-incident.ts';
import { keepCanary } from './canary.ts';
import { findOutage } from './find-outage.ts';
import { type SweepWorkflowService, sweepWorkflow } from './sweep-workflow.ts';

export type SweepService = SweepWorkflowService;

/** How many workflows are swept at the same time. */
const parallel = 8;
const workflowsPerRead = 200;
const forgottenPerSweep = 100;
const dayMs = 86_400_000;

/**
 * Finds items that timers and their handlers missed, and advances incidents. Every part and every workflow is
 * independent: an error is thrown only after all other work is done (P8), so that the failed sweep raises an alarm.
 *
 * 1. Find out whether the warden itself had an outage.
 * 2. Register a canary.
 * 3. Sweep workflow by workflow, those with an open incident first: lost timers, orphans, incidents. The next sweep
 *    begins with the workflows that this one had no time for.
 * 4. Complete ends of incidents that were left unfinished, and delete old incidents, redrives and entries of the
 *    audit log.
 * 5. Record that the sweep has ended.
 */
export async function sweep(service: SweepService): Promise<void> {
  const { clock, log, state, archive } = service;
  const started = clock.now();
  const failures: unknown[] = [];
  const attempt = async (part: string, fields: LogFields, work: () => Promise<unknown>) => {
    await work().catch((error: unknown) => {
      failures.push(error);
      log.error('sweep failed', { part, ...fields, ...errorFields(error) });
    });
  };

  const outage = await findOutage(service);
  await attempt('canary', {}, () => keepCanary(service));

  const open = new Map<string, IncidentRecord[]>();
  await attempt('open incidents', {}, async () => {
    for await (const incident of archive.all('open-incident')) {
      const workflow = incident.name.split('#')[0] ?? '';
      const others = open.get(workflow) ?? [];
      if ('error' in incident) {
        await attempt('open incidents', { workflow }, () => Promise.reject(incident.error));
        open.set(workflow, others);
      } else {
        open.set(workflow, [...others, incident]);
      }
    }
  });
  const until = started + sweepBudgetMs;
  const sweptTo = await walk(service, [...open.keys()], until, attempt, (name, record) =>
    sweepWorkflow(service, { name, record, incidents: open.get(name) ?? [], outage, until }),
  );

  await attempt('ending incidents', {}, async () => {
    for await (const ended of archive.all('ending-incident')) {
      const fields = { incident: ended.name };
      await attempt('ending incidents', fields, () =>
        'error' in ended ? Promise.reject(ended.error) : finishEnding(service, ended),
      );
    }
  });
  await attempt('past incidents', {}, () => forgetOld(service, started));
  const oldest = started - limits.incidentDays * dayMs;
  await attempt('past redrives', {}, () => service.redrives.forget(oldest, forgottenPerSweep));
  await attempt('audit log', {}, () => service.audit.forget(oldest, forgottenPerSweep));
  await attempt('heartbeat', {}, () => state.recordSweep(instant(clock.now()), sweptTo));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} parts of the sweep failed`);
}

type Attempt = (part: string, fields: LogFields, work: () => Promise<unknown>) => Promise<void>;

/**
 * Sweeps every workflow of the registry: `first`, then on from where the last sweep stopped, all the way round.
 * Returns the name of the last workflow that there was time for; undefined if there was time for all.
 */
async function walk(
  { registry, state, clock }: SweepService,
  first: readonly string[],
  until: number,
  attempt: Attempt,
  see: (name: string, record: WorkflowRecord | undefined) => Promise<void>,
): Promise<string | undefined> {
  const limit = pLimit(parallel);
  const seen = new Set(first);
  const seeSafely = (name: string, record: WorkflowRecord | Unreadable | undefined) =>
    attempt('workflow', { workflow: name }, async () => {
      // Its items are still watched, by the default settings.
      const readable = record && !('error' in record) ? record : undefined;
      await see(name, readable);
      if (record && 'error' in record) throw record.error;
    });
  await limit.map([...first], async (name) => {
    if (clock.now() >= until) return;
    await attempt('workflow', { workflow: name }, async () =>
      seeSafely(name, await registry.readOrUnreadable(name)),
    );
  });

  let from: string | undefined;
  // Without the position, begin at the start: sweeping all workflows matters more than the order.
  await attempt('heartbeat', {}, async () => {
    from = (await state.heartbeat())?.sweptTo || undefined;
  });
  let sweptTo: string | undefined;
  await attempt('workflows', {}, async () => {
    // The second part ends where the first began.
    for (const round of [{ after: from, to: undefined }, ...(from ? [{ after: undefined, to: from }] : [])]) {
      let after = round.after;
      for (let more = true; more; ) {
        const page = await registry.workflows('*', after, workflowsPerRead);
        more = page.more;
        for (const part of partsOf(page.records, parallel)) {
          if (clock.now() >= until) {
            sweptTo = after;
            return;
          }
          const inRound = part.filter(({ name }) => round.to === undefined || name <= round.to);
          if (inRound.length < part.length) more = false;
          await limit.map(
            inRound.filter(({ name }) => !seen.has(name)),
            (record) => seeSafely(record.name, record),
          );
          after = part.at(-1)?.name ?? after;
        }
      }
    }
  });
  return sweptTo;
}

/** Past incidents are kept for 90 days. Their ids are in order of time. */
async function forgetOld({ archive, outcomes, clock }: SweepService, now: number): Promise<void> {
  const oldest = now - limits.incidentDays * dayMs;
  let forgotten = 0;
  for await (const incident of archive.all('incident', { pageSize: forgottenPerSweep })) {
    if ('error' in incident) continue;
    const isLast = forgotten === forgottenPerSweep || clock.now() >= now + sweepBudgetMs;
    if (Date.parse(incident.openedAt) >= oldest || isLast) return;
    if (Date.parse(incident.resolvedAt ?? incident.openedAt) >= oldest) continue;
    await outcomes.forget(incident.id);
    await archive.remove('incident', incident);
    forgotten++;
  }
}

function partsOf<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, part) =>
    values.slice(part * size, (part + 1) * size),
  );
}
