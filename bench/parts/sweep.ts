import { create as createSweep } from '../../functions/sweep.ts';
import { writeItems } from '../harness/many-items.ts';
import type { Part } from '../harness/part.ts';
import { inTurns, middle, ratio } from '../harness/rounds.ts';
import { Shadow } from '../harness/shadow.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

interface Case {
  name: string;
  workflows: number;
  /** Waiting items, and lost timers of items that are overdue, in all workflows. */
  waiting: number;
  overdue: number;
}

/** A run of the sweep, compared with its SDK calls. */
export const sweepPart: Part = {
  seconds: { quick: 40, usual: 180, full: 180 },
  async measure(size, say) {
    const waiting = size === 'quick' ? 1_000 : 10_000;
    const rounds = size === 'quick' ? 3 : 7;
    const cases: Case[] = [
      { name: `nothing to do, 10 workflows, ${waiting} items`, workflows: 10, waiting, overdue: 0 },
      {
        name: `1 % lost timers, 10 workflows, ${waiting} items`,
        workflows: 10,
        waiting,
        overdue: waiting / 100,
      },
      { name: '1000 workflows, nothing to do', workflows: 1_000, waiting: 1_000, overdue: 0 },
    ];
    const rows: (string | number)[][] = [];
    for (const one of cases) {
      rows.push(await measureCase(one, rounds));
      say(one.name);
    }
    return {
      columns: [
        'ms for a sweep',
        'SDK calls',
        'processor, its calls alone',
        'processor, sweep',
        'ratio',
        'wall, its calls alone',
        'wall, sweep',
      ],
      rows,
      broken: [],
    };
  },
};

async function measureCase(
  { name, workflows, waiting, overdue }: Case,
  rounds: number,
): Promise<(string | number)[]> {
  const shadow = await Shadow.start();
  try {
    const { service } = shadow.aws;
    const sweep = createSweep(service);
    const names = Array.from({ length: workflows }, (_, index) => `workflow-${index}`);
    const each = Math.ceil(waiting / workflows);
    for (const workflow of names) {
      await service.registry.ensureWorkflow(workflow);
      const times = { now: shadow.now(), deadline: shadow.now() + 24 * hourMs };
      await writeItems(shadow.aws, { workflow, from: 0, to: each, ...times });
      await shadow.replay()();
    }
    let written = each;
    let calls = 0;
    const prepare = async () => {
      shadow.advance(minuteMs);
      const count = Math.ceil(overdue / workflows);
      for (const workflow of overdue === 0 ? [] : names) {
        // Deadlines are spread over an hour, and a timer counts as lost after two minutes.
        const times = { now: shadow.now() - 3 * hourMs, deadline: shadow.now() - 2 * hourMs };
        await writeItems(shadow.aws, { workflow, from: written, to: written + count, ...times });
      }
      written += count;
      await shadow.replay()();
      return () => sweep();
    };
    const samples = await inTurns(
      [
        { name: 'sweep', operations: 1, prepare },
        {
          name: 'calls',
          operations: 1,
          prepare: async () => {
            calls = shadow.calls;
            return shadow.replay();
          },
        },
      ],
      rounds,
    );
    const [own, bare] = [middle(samples.get('sweep')), middle(samples.get('calls'))];
    const processor = ratio(samples.get('sweep'), samples.get('calls'));
    return [name, calls, bare.processor, own.processor, processor, bare.wall, own.wall];
  } finally {
    await shadow.close();
  }
}
