import { instant } from '../../contract/time.ts';
import { canaryWorkflow } from '../../contract/timer-message.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import { canaryEveryMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';

type Service = Pick<Ports, 'items' | 'state' | 'timers' | 'clock' | 'log' | 'leastTimeoutSeconds'>;

export function isCanary({ workflow }: { workflow: string }): boolean {
  return workflow === canaryWorkflow;
}

/**
 * Registers a canary every few minutes, an item that nobody completes. Its expiry proves that real timers work:
 * Scheduler, queue and check-timers. Its workflow is in no registry, so no list, count or sweep finds it.
 */
export async function keepCanary({
  items,
  timers,
  state,
  clock,
  leastTimeoutSeconds,
}: Service): Promise<void> {
  const now = clock.now();
  const last = await state.canary();
  if (last && now - Date.parse(last.armedAt) < canaryEveryMs) return;
  // A canary whose timer was lost would stay for ever.
  if (last) await items.end({ workflow: canaryWorkflow, item: last.item }, {});
  const at = instant(now);
  const deadline = instant(now + leastTimeoutSeconds * 1000);
  const { timer, timerAt } = await timers.arm({ workflow: canaryWorkflow, item: at }, Date.parse(deadline));
  await items.insert({
    workflow: canaryWorkflow,
    item: at,
    attempt: 1,
    revision: 1,
    state: 'waiting',
    deadline,
    timer,
    timerAt,
    registeredAt: at,
    startedAt: at,
    updatedAt: at,
    steps: [],
    tags: {},
  });
  await state.recordCanary(at, at);
}

/** Records that a canary has expired as expected, and removes it. */
export async function checkCanary({ items, state, clock, log }: Service, seen: ItemRecord): Promise<void> {
  const delayMs = Math.max(0, Date.parse(seen.overdueAt ?? seen.deadline) - Date.parse(seen.deadline));
  await state.recordCanarySeen(instant(clock.now()), delayMs);
  log.metrics({ CanaryDelay: delayMs });
  await items.end(seen, { revision: seen.revision });
}
