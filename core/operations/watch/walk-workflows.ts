import pLimit from 'p-limit';
import type { Unreadable } from '../../aws/registry/entries.ts';
import type { SweepPosition } from '../../model/warden/warden-state.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import { pagesOf } from '../../pages-of.ts';
import type { Ports } from '../../ports.ts';
import type { Attempt } from './run-duties.ts';

type Service = Pick<Ports, 'registry' | 'state' | 'clock'>;
/** Sweeps one workflow, and starts nothing new after `until`, in ms since the epoch. */
type See = (name: string, record: WorkflowRecord | undefined, until: number) => Promise<void>;

/** How many workflows are swept at the same time. */
const parallel = 8;
const workflowsPerRead = 200;

/**
 * Sweeps every workflow of the registry, all the way round from where the last sweep stopped. Half of the time is for
 * the workflows in `open`, which have an open incident, and half for the others, so that neither group, however large,
 * keeps the sweep from the other. Time that is left after the others goes to the workflows in `open` again. Returns
 * where the next sweep continues, and whether there was too little time for all.
 *
 * @param until when to stop, in ms since the epoch
 */
export async function walkWorkflows(
  service: Service,
  open: readonly string[],
  until: number,
  attempt: Attempt,
  see: See,
): Promise<SweepPosition & { isUnfinished: boolean }> {
  const { state, clock } = service;
  let from: SweepPosition = {};
  // Without the position, begin at the start: sweeping all workflows matters more than the order.
  await attempt('heartbeat', {}, async () => {
    const { sweptTo, openSweptTo } = (await state.heartbeat()) ?? {};
    from = { sweptTo: sweptTo || undefined, openSweptTo: openSweptTo || undefined };
  });
  const seeSafely: SeeSafely = (name, record, ends) =>
    attempt('workflow', { workflow: name }, async () => {
      // Its items are still watched, by the default settings.
      const readable = record && !('error' in record) ? record : undefined;
      await see(name, readable, ends);
      if (record && 'error' in record) throw record.error;
    });
  const now = clock.now();
  const waiting = inTurn(open, from.openSweptTo);
  let openSweptTo = await walkOpen(service, waiting, now + (until - now) / 2, attempt, seeSafely);
  const others = await walkOthers(service, new Set(open), { from: from.sweptTo, until }, attempt, seeSafely);
  if (waiting.length > 0) {
    openSweptTo = (await walkOpen(service, waiting, until, attempt, seeSafely)) ?? openSweptTo;
  }
  const isUnfinished = waiting.length > 0 || others.isUnfinished;
  return {
    isUnfinished,
    sweptTo: others.sweptTo,
    openSweptTo: waiting.length > 0 ? (openSweptTo ?? from.openSweptTo) : undefined,
  };
}

/** The names after that one first. */
function inTurn(names: readonly string[], after = ''): string[] {
  const sorted = names.toSorted();
  return [...sorted.filter((name) => name > after), ...sorted.filter((name) => name <= after)];
}

type SeeSafely = (
  name: string,
  record: WorkflowRecord | Unreadable | undefined,
  until: number,
) => Promise<void>;

/** Takes names from the front of `waiting` while there is time. Returns the last one taken. */
async function walkOpen(
  { registry, clock }: Service,
  waiting: string[],
  until: number,
  attempt: Attempt,
  see: SeeSafely,
): Promise<string | undefined> {
  let last: string | undefined;
  const walk = async () => {
    while (clock.now() < until) {
      const name = waiting.shift();
      if (name === undefined) return;
      last = name;
      await attempt('workflow', { workflow: name }, async () =>
        see(name, await registry.readOrUnreadable(name), until),
      );
    }
  };
  await Promise.all(Array.from({ length: parallel }, walk));
  return last;
}

/** Sweeps the workflows that are not in `open`. Returns the last one, if there was too little time for all. */
async function walkOthers(
  { registry, clock }: Service,
  open: ReadonlySet<string>,
  { from, until }: { from: string | undefined; until: number },
  attempt: Attempt,
  see: SeeSafely,
): Promise<{ sweptTo: string | undefined; isUnfinished: boolean }> {
  const limit = pLimit(parallel);
  let sweptTo: string | undefined;
  let isUnfinished = false;
  await attempt('workflows', {}, async () => {
    // The second part ends where the first began.
    for (const round of [{ after: from, to: undefined }, ...(from ? [{ after: undefined, to: from }] : [])]) {
      let after = round.after;
      for (let more = true; more; ) {
        const page = await registry.workflows('*', after, workflowsPerRead);
        more = page.more;
        const others = page.records.filter(({ name }) => !open.has(name));
        for (const part of pagesOf(others, parallel)) {
          if (clock.now() >= until) {
            sweptTo = after;
            isUnfinished = true;
            return;
          }
          const inRound = part.filter(({ name }) => round.to === undefined || name <= round.to);
          if (inRound.length < part.length) more = false;
          await limit.map(inRound, (record) => see(record.name, record, until));
          after = part.at(-1)?.name ?? after;
        }
        after = page.records.at(-1)?.name ?? after;
        if (round.to !== undefined && after !== undefined && after >= round.to) more = false;
      }
    }
  });
  return { sweptTo, isUnfinished };
}
