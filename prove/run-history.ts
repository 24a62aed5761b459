import { createLog } from '../core/log.ts';
import { startEmbeddedAws } from '../local/embedded-aws.ts';
import type { History } from './history/history.ts';
import { type ItemRequest, isAboutItem } from './history/request.ts';
import type { Ledger } from './ledger.ts';
import { VirtualTime } from './world/virtual-time.ts';
import { World } from './world/world.ts';

const begin = Date.parse('2026-03-01T12:00:00.000Z');
/** After the last thing that happens: the longest timeout, and the time in which all must be noticed. */
const calmMs = 200_000 + 280_000;

/** Lets a history happen to a service of its own, and returns what could be seen of it. */
export async function runHistory(history: History): Promise<Ledger> {
  const time = new VirtualTime(begin);
  const aws = await startEmbeddedAws({ clock: time, log: createLog(() => {}) });
  try {
    const world = new World(aws, time, history);
    await world.live();
    await world.calm(calmMs);
    await world.ask(readsOf(world.ledger));
    return world.ledger;
  } finally {
    await aws.close();
  }
}

/** Every item is read in the end. */
function readsOf({ asked }: Ledger): ItemRequest[] {
  const reads = new Map<string, ItemRequest>();
  for (const { request } of asked) {
    const about = request.ask === 'batch' ? request.operations : isAboutItem(request) ? [request] : [];
    for (const { workflow, item } of about) reads.set(`${workflow}/${item}`, { ask: 'read', workflow, item });
  }
  return [...reads.values()];
}
