import { seededRandom } from '../test/support/seeded-random.ts';
import type { History } from './history/history.ts';
import { type ItemRequest, itemRequestsIn, type Request } from './history/request.ts';
import type { Ledger } from './ledger.ts';
import type { MemoryService } from './memory/connect-memory.ts';
import type { Disturbances } from './memory/disturbances.ts';
import { VirtualTime } from './world/virtual-time.ts';
import { World } from './world/world.ts';

const begin = Date.parse('2026-03-01T12:00:00.000Z');
/** Time after the last event: the longest timeout, and the time in which every item must be noticed. */
const calmMs = 200_000 + 280_000;

/** Runs a history against an empty service, and returns what could be seen of it. */
export async function runHistory(service: MemoryService, history: History): Promise<Ledger> {
  const time = new VirtualTime(begin);
  const random = seededRandom(history.seed + 1);
  service.memory.reset({ clock: time, random, disturbances: disturbancesOf(history, random) });
  const world = new World(service, time, history);
  await world.live();
  service.memory.disturb({});
  service.memory.deleteExpired();
  await world.calm(calmMs);
  await world.writeStatistics();
  await world.ask(questionsAbout(world.ledger));
  await world.readReceipts();
  return world.ledger;
}

/** The disturbances that AWS makes now and then by itself. */
function disturbancesOf({ lagMs, pageRows, rejects }: History, random: () => number): Disturbances {
  return {
    ...(lagMs > 0 && { indexLagMs: () => Math.round(random() * lagMs) }),
    ...(pageRows > 0 && { pageRows: () => pageRows }),
    // DynamoDB leaves entries out too, but the pause after that is in real time.
    ...(rejects > 0 && { leavesOut: ({ service }) => service === 'sns' && random() < rejects }),
  };
}

/** Every item is read in the end, exported, and held against a list of ids; and every figure and audit entry is read. */
function questionsAbout({ asked }: Ledger): Request[] {
  const reads = new Map<string, ItemRequest>();
  for (const { request } of asked) {
    for (const { workflow, item } of itemRequestsIn(request))
      reads.set(`${workflow}/${item}`, { ask: 'read', workflow, item });
  }
  const workflows = Map.groupBy(reads.values(), ({ workflow }) => workflow);
  return [
    ...reads.values(),
    ...[...workflows].flatMap(([workflow, own]): Request[] => [
      { ask: 'reconcile', workflow, items: own.map(({ item }) => item) },
      { ask: 'walk', workflow, format: 'jsonl', limit: 2 },
      { ask: 'read statistics', workflow, by: workflow % 2 === 0 ? 'hour' : 'day' },
    ]),
    { ask: 'read metrics', workflow: 0 },
    { ask: 'read audit', workflow: 0, ofAll: true, limit: 100 },
  ];
}
