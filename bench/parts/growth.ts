import { randomUUID } from 'node:crypto';
import { create as createComplete } from '../../functions/complete.ts';
import { create as createRegister } from '../../functions/register.ts';
import { data, eventOf, handleAll } from '../harness/events.ts';
import { writeItems } from '../harness/many-items.ts';
import type { Part } from '../harness/part.ts';
import { inTurns, middle, type Sample } from '../harness/rounds.ts';
import { Shadow } from '../harness/shadow.ts';
import { cellOf } from '../harness/targets.ts';

const workflow = 'bench';
const pairs = 500;
const hourMs = 3_600_000;

/** Register and complete while a workflow has few open items, and while it has very many. */
export const growthPart: Part = {
  seconds: { quick: 30, usual: 90, full: 300 },
  targets: [
    {
      name: 'register and complete with 1,000,000 open items, to 1,000',
      is: 'at most',
      bound: 1.15,
      unit: '',
      figure: (part) => cellOf(part, '1000000', 'to the first'),
    },
  ],
  async measure(size, say) {
    const sizes = { quick: [1_000, 10_000], usual: [1_000, 100_000], full: [1_000, 100_000, 1_000_000] }[
      size
    ];
    const rounds = size === 'quick' ? 3 : 9;
    const measured: { open: number; function: Sample; calls: Sample }[] = [];
    const shadow = await Shadow.start();
    try {
      let written = 0;
      for (const open of sizes) {
        for (; written < open; written += 1_000) {
          const page = {
            workflow,
            from: written,
            to: written + 1_000,
            now: shadow.now(),
            deadline: shadow.now() + hourMs,
          };
          shadow.record();
          await writeItems(shadow.aws, page);
          await shadow.replay()();
          if (written % 50_000 === 0) say(`wrote ${written} of ${open} items`);
        }
        const samples = await inTurns(waysOf(shadow), rounds, (round) =>
          say(`${open} items: round ${round} of ${rounds}`),
        );
        measured.push({
          open,
          function: middle(samples.get('function')),
          calls: middle(samples.get('calls')),
        });
      }
    } finally {
      await shadow.close();
    }
    const [first] = measured;
    const to = (value: number, base: number | undefined) => value / (base ?? Number.NaN);
    return {
      columns: [
        'open items',
        'processor of a pair, µs',
        'to the first',
        'of its calls alone, µs',
        'to the first',
      ],
      rows: measured.map(({ open, function: own, calls }) => [
        String(open),
        Math.round(own.processor * 1_000),
        to(own.processor, first?.function.processor),
        Math.round(calls.processor * 1_000),
        to(calls.processor, first?.calls.processor),
      ]),
      broken: [],
    };
  },
};

function waysOf(shadow: Shadow) {
  const service = { ...shadow.aws.service, access: 'open' as const };
  const [register, complete] = [createRegister(service), createComplete(service)];
  return [
    {
      name: 'function',
      operations: pairs,
      prepare: async () => {
        const ids = Array.from({ length: pairs }, () => randomUUID());
        const of = (method: string, body?: unknown) =>
          ids.map((id) => eventOf(method, { workflow, query: `id=${id}`, body }));
        const [starts, ends] = [of('PUT', { timeout: 3_600, step: 'uploaded', data }), of('DELETE')];
        shadow.record();
        return async () => {
          await handleAll(register, starts, 201);
          await handleAll(complete, ends, 200);
        };
      },
    },
    { name: 'calls', operations: pairs, prepare: async () => shadow.replay() },
  ];
}
