import pLimit from 'p-limit';
import type { Unreadable } from '../../aws/registry/entries.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import type { Attempt } from './run-duties.ts';

/** How many workflows are swept at the same time. */
const parallel = 8;
const workflowsPerRead = 200;

/**
 * Sweeps every workflow of the registry: `first`, then on from where the last sweep stopped, all the way round.
 * Returns the name of the last workflow that there was time for; undefined if there was time for all.
 */
export async function walkWorkflows(
  { registry, state, clock }: Pick<Ports, 'registry' | 'state' | 'clock'>,
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

function partsOf<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, part) =>
    values.slice(part * size, (part + 1) * size),
  );
}
