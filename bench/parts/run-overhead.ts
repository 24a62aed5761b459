import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '../../client/client.ts';
import { broken, type Part } from '../harness/part.ts';
import { median } from '../harness/rounds.ts';
import { startSilentService } from '../harness/service-in-process.ts';
import { cellOf } from '../harness/targets.ts';
import { inTemporaryFolder } from '../harness/temporary-folder.ts';

const program = join(import.meta.dirname, '../../dist/command-line/main.mjs');
const mostAddedMs = 150;
const untilItRuns = 'until it runs';

/**
 * How much later `echo` runs, and ends, if `warden run` of the packed program runs it beside a local service with a data
 * folder, and how long a registration takes, which is a part of that.
 */
export const runOverheadPart: Part = {
  measuresBuild: true,
  seconds: { quick: 10, usual: 20, full: 20 },
  measure: (size, say) =>
    inTemporaryFolder(async (folder) => {
      if (!existsSync(program)) throw new Error('there is no command line: run `npm run build` first');
      const { alone, watched, registered } = await measureRuns(folder, size === 'quick' ? 5 : 21);
      say('ran');
      const [bare, run] = [medians(alone), medians(watched)];
      const added = { printed: run.printed - bare.printed, ended: run.ended - bare.ended };
      const row = (name: string, { printed, ended }: Times) => [name, printed, ended];
      return {
        columns: ['ms, median', untilItRuns, 'until it ends'],
        rows: [
          row('echo', bare),
          row('warden run … -- echo', run),
          row('added', added),
          ['of that, a registration', median(registered), median(registered)],
        ],
        broken: broken([
          added.printed > mostAddedMs,
          `warden run adds ${Math.round(added.printed)} ms to the start of a command`,
        ]),
      };
    }),
  targets: [
    {
      name: '`warden run` adds to the start of a command',
      is: 'at most',
      bound: mostAddedMs,
      unit: ' ms',
      figure: (part) => cellOf(part, 'added', untilItRuns),
    },
  ],
};

/** Milliseconds from the start of a program until it has printed something, and until it has ended. */
interface Times {
  printed: number;
  ended: number;
}

function medians(times: readonly Times[]): Times {
  const of = (name: keyof Times) => median(times.map((one) => one[name]));
  return { printed: of('printed'), ended: of('ended') };
}

async function measureRuns(folder: string, rounds: number) {
  const service = await startSilentService(folder);
  const env = { ...process.env, WARDEN_URL: service.url, WARDEN_SPOOL: join(folder, 'spool') };
  const times = async (file: string, args: readonly string[]): Promise<Times> => {
    const started = performance.now();
    const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    await once(child.stdout, 'data');
    const printed = performance.now() - started;
    await ended;
    return { printed, ended: performance.now() - started };
  };
  const { register } = createClient({ url: service.url });
  const all = { alone: [] as Times[], watched: [] as Times[], registered: [] as number[] };
  try {
    // The first round fills Node's compile cache, and is not counted.
    for (let round = -1; round < rounds; round++) {
      const run = ['run', '-w', 'bench', '-i', `run-${round}`, '--timeout', '1h', '--', 'echo'];
      const alone = await times('echo', []);
      const watched = await times(process.execPath, [program, ...run]);
      const started = performance.now();
      await register('bench', `item-${round}`, { timeout: 3_600 });
      const registered = performance.now() - started;
      if (round < 0) continue;
      all.alone.push(alone);
      all.watched.push(watched);
      all.registered.push(registered);
    }
  } finally {
    await service.stop();
  }
  return all;
}
