import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '../../client/client.ts';
import { systemClock } from '../../core/clock.ts';
import { createLog } from '../../core/log.ts';
import { startService } from '../../local/service.ts';

const rounds = 21;
const mostAddedMs = 150;

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Prints how much later `true` ends if `warden run` of the packed program runs it beside a local service with a data folder, and
 * how long a registration takes, which is a part of that. Sets the exit code to 1 if it is more than 150 ms.
 */
export async function measureRunOverhead(program: string, print: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'warden-run-bench-'));
  const service = await startService({
    data: join(folder, 'service'),
    host: '127.0.0.1',
    port: 0,
    sweepEveryMs: 60_000,
    clock: systemClock,
    log: createLog(() => {}),
    print: async () => {},
    tell: () => {},
  });
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
  const times = { alone: [] as number[], watched: [] as number[], register: [] as number[] };
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
      times.register.push(registered);
    }
  } finally {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const addedMs = median(times.watched) - median(times.alone);
  print(
    `warden run … -- true adds ${addedMs.toFixed(0)} ms (median) to true; at most ${mostAddedMs} are allowed`,
  );
  print(
    `a registration alone takes ${median(times.register).toFixed(1)} ms (median), and a run has a completion, too`,
  );
  if (addedMs > mostAddedMs) process.exitCode = 1;
}
