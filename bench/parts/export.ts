import { readFileSync } from 'node:fs';
import { type Change, ChangingItems, changesOfEachKind } from '../../test/e2e/support/changing-items.ts';
import { exportWalk } from '../../test/e2e/support/export-walk.ts';
import { Laptop } from '../../test/e2e/support/laptop-without-vitest.ts';
import { registerAll } from '../../test/e2e/support/outage-items.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { exportFloors } from '../harness/export-floor.ts';
import { broken, type Part } from '../harness/part.ts';

const workflow = 'exported';
const seed = 4;
const mostGrowthMb = 64;
/** The limit of the service's JavaScript heap. Without a limit, garbage is collected only after gigabytes. */
const heapMb = 256;
const everyChange: Change[] = ['register', 'complete', 'step', 'tag', 'fail', 'restart', 'extend'];

/**
 * Exports over HTTP while a second client changes items, and once while nothing changes: every item that exists
 * throughout must be there once, in constant memory. Compared with bare reads and as many bare writes.
 */
export const exportPart: Part = {
  seconds: { quick: 40, usual: 190, full: 190 },
  async measure(size, say) {
    const items = size === 'quick' ? 5_000 : 100_000;
    const laptop = new Laptop('sources');
    try {
      const data = laptop.folder();
      const env = { NODE_OPTIONS: `--max-old-space-size=${heapMb}` };
      const { caller, process: service } = await laptop.start({ data, env, startsWithin: 60_000 });
      await registerAll(caller, { workflow, items, lost: 0, lostAfter: 0 });
      say(`registered ${items} items`);
      const changing = new ChangingItems(caller, { workflow, items, random: seededRandom(seed) });
      const walks: { name: string; changes: number; lines: number; perSecond: number; grownMb: number }[] =
        [];
      const faults: string[] = [];
      for (const [name, kinds] of [
        ['while items change', everyChange],
        ['while items change, again', everyChange],
        ['while nothing changes', []],
      ] as const) {
        const own: number[] = [];
        const onPage = (lines: number) => {
          if (lines >= ((own.length + 1) * items) / 4 - 200 && own.length < 4) own.push(ownMbOf(service.pid));
        };
        const walk = await exportWalk(caller, { workflow, query: 'limit=200', changing, kinds, onPage });
        const grownMb = (own.at(-1) ?? 0) - (own[0] ?? 0);
        const changes = kinds.length * changesOfEachKind;
        walks.push({ name, changes, lines: walk.lines, perSecond: walk.lines / walk.seconds, grownMb });
        faults.push(...walk.faults);
        say(`exported ${walk.lines} lines ${name}`);
      }
      const [, second] = walks;
      faults.push(
        ...broken([(second?.grownMb ?? 0) > mostGrowthMb, `the service grew by ${second?.grownMb} MB`]),
      );
      await service.stop('SIGTERM');
      const changesOfPage = walks.map(({ changes }) => changes);
      const floors = await exportFloors(data, { workflow, changesOfPage });
      const rows = walks.map(({ name, lines, perSecond, grownMb }, index) => {
        const floor = floors[index] ?? Number.NaN;
        return [
          name,
          lines,
          Math.round(perSecond),
          Math.round(floor),
          perSecond / floor,
          Math.round(grownMb),
        ];
      });
      return {
        columns: [
          'an export',
          'lines',
          'lines a second',
          'bare calls',
          'ratio',
          'grown after its first quarter, MB',
        ],
        rows,
        broken: faults.slice(0, 20),
      };
    } finally {
      await laptop.end();
    }
  },
};

/** Resident megabytes that are not mapped files of the embedded database, which Linux leaves in memory. */
function ownMbOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
  } catch {
    return Number.NaN;
  }
}
