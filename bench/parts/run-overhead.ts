import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '../../client/client.ts';
import { broken, type Part } from '../harness/part.ts';
import { median } from '../harness/rounds.ts';
import { startSilentService } from '../harness/service-in-process.ts';
import { inTemporaryFolder } from '../harness/temporary-folder.ts';

const program = join(import.meta.dirname, '../../dist/command-line/main.mjs');
const mostAddedMs = 150;

/**
 * How much later `true` ends if `warden run` of the packed program runs it beside a local service with a data folder, and
 * how long a registration takes, which is a part of that.
 */
export const runOverheadPart: Part = {
  seconds: { quick: 10, usual: 20, full: 20 },
  measure: (size, say) =>
    inTemporaryFolder(async (folder) => {
      if (!existsSync(program)) throw new Error('there is no command line: run `npm run build` first');
      const { alone, watched, registered } = await measureRuns(folder, size === 'quick' ? 5 : 21);
      say('ran');
      const addedMs = median(watched) - median(alone);
      return {
        columns: ['ms', 'median'],
        rows: [
          ['true', median(alone)],
          ['warden run … -- true', median(watched)],
          ['added', addedMs],
          ['of that, a registration', median(registered)],
        ],
        broken: broken([addedMs > mostAddedMs, `warden run adds ${Math.round(addedMs)} ms to a command`]),
      };
    }),
};

async function measureRuns(folder: string, rounds: number) {
  const service = await startSilentService(folder);
  const env = { ...process.env, WARDEN_URL: service.url, WARDEN_SPOOL: join(folder, 'spool') };
  const timed = async (work: () => Promise<unknown>) => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };
  // Not execFileSync: the service is in this process and has to reply.
  const ended = (file: string, args: readonly string[]) =>
    timed(() => promisify(execFile)(file, args, { env }));
  const { register } = createClient({ url: service.url });
  const times = { alone: [] as number[], watched: [] as number[], registered: [] as number[] };
  try {
    // The first round fills Node's compile cache, and is not counted.
    for (let round = -1; round < rounds; round++) {
      const run = ['run', '-w', 'bench', '-i', `run-${round}`, '--timeout', '1h', '--', 'true'];
      const alone = await ended('true', []);
      const watched = await ended(process.execPath, [program, ...run]);
      const registered = await timed(() => register('bench', `item-${round}`, { timeout: 3_600 }));
      if (round < 0) continue;
      times.alone.push(alone);
      times.watched.push(watched);
      times.registered.push(registered);
    }
  } finally {
    await service.stop();
  }
  return times;
}
