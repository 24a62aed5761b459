import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Part } from '../harness/part.ts';
import { median } from '../harness/rounds.ts';
import { cellOf } from '../harness/targets.ts';

const program = join(import.meta.dirname, '../../dist/command-line/main.mjs');
const commands = {
  'node -e 0': ['-e', '0'],
  'warden --version': [program, '--version'],
  'warden --help': [program, '--help'],
};

/**
 * How long the packed command line takes to start, compared with Node alone; in turns, each in a process of its own.
 */
export const commandLinePart: Part = {
  measuresBuild: true,
  seconds: { quick: 5, usual: 20, full: 20 },
  async measure(size, say) {
    if (!existsSync(program)) throw new Error('there is no command line: run `npm run build` first');
    const rounds = size === 'quick' ? 5 : 41;
    const times = new Map(Object.keys(commands).map((name) => [name, [] as number[]]));
    for (let round = 0; round <= rounds; round++) {
      for (const [name, args] of Object.entries(commands)) {
        const took = startMs(args);
        // The first round fills Node's compile cache, as the first start after an installation does.
        if (round > 0) times.get(name)?.push(took);
      }
    }
    say(`${rounds} starts of each`);
    const floor = times.get('node -e 0') ?? [];
    return {
      columns: ['ms', 'median', 'best', 'to node alone, median', 'to node alone, best'],
      rows: [...times].map(([name, own]) => [
        name,
        median(own),
        Math.min(...own),
        median(own.map((took, round) => took / (floor[round] ?? Number.NaN))),
        Math.min(...own) / Math.min(...floor),
      ]),
      broken: [],
    };
  },
  targets: [
    {
      name: 'a start of `warden --help` to one of Node',
      is: 'at most',
      bound: 1.5,
      unit: '',
      figure: (part) => cellOf(part, 'warden --help', 'to node alone, median'),
    },
  ],
};

function startMs(args: readonly string[]): number {
  const started = performance.now();
  execFileSync(process.execPath, args, { stdio: 'ignore' });
  return performance.now() - started;
}
