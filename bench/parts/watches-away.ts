import { once } from 'node:events';
import { createServer } from 'node:net';
import { createClient } from '../../client/client.ts';
import { openSpool } from '../../client/spool/open-spool.ts';
import type { Spool } from '../../client/spool/spool.ts';
import { broken, type Part } from '../harness/part.ts';
import type { MeasuredPart } from '../harness/result.ts';
import { inTemporaryFolder } from '../harness/temporary-folder.ts';

const watches = 1_000;
/** The most that a call may take once the circuit is open. A watch of work that takes no time has two. */
const mostMs = 50;

/**
 * How long each of 1,000 watches that begin at the same time takes before and after its work, with a spool and without one,
 * when the warden cannot be reached and the circuit is open.
 */
export const watchesAwayPart: Part = {
  seconds: { quick: 10, usual: 10, full: 10 },
  measure: (_, say) =>
    inTemporaryFolder(async (folder) => {
      const url = await closedPort();
      const spool = await openSpool(folder, { url });
      const rows: MeasuredPart['rows'] = [];
      const late: [boolean, string][] = [];
      for (const [way, kept] of [
        ['without a spool', undefined],
        ['with a spool', spool],
      ] as const) {
        const { before, after } = await measured(url, kept);
        for (const [what, times] of Object.entries({ before, after })) {
          const sorted = times.toSorted((a, b) => a - b);
          const [p50 = 0, p99 = 0, most = 0] = [0.5, 0.99, 1].map(
            (share) => sorted[Math.ceil(sorted.length * share) - 1],
          );
          rows.push([`${way}, ${what} the work`, p50, p99, most]);
          late.push([most > mostMs, `${way}, a watch took ${Math.round(most)} ms ${what} its work`]);
        }
        say(way);
      }
      await spool.close();
      return {
        columns: [`ms of ${watches} watches at once`, 'p50', 'p99', 'most'],
        rows,
        broken: broken(...late),
      };
    }),
  targets: [
    {
      name: 'the longest call of 1,000 watches when the warden is known to be away',
      is: 'at most',
      bound: mostMs,
      unit: ' ms',
      figure: ({ rows }) => Math.max(...rows.map((row) => Number(row.at(-1)))),
    },
  ],
};

async function measured(url: string, spool: Spool | undefined) {
  const client = createClient({ url, onError: () => {}, ...(spool && { spool }) });
  // Enough failures in a row open the circuit. Twice: the second time the code is compiled, too.
  for (const round of [0, 1]) await watchAll(client, `first-${round}`);
  const times = await watchAll(client, 'item');
  await client.close();
  return times;
}

/** Milliseconds of each watch before and after its work. All works end at the same time. */
async function watchAll(client: Pick<ReturnType<typeof createClient>, 'watch'>, name: string) {
  const before: number[] = [];
  const after: number[] = [];
  const began = performance.now();
  const begun = Promise.withResolvers<void>();
  let ended = 0;
  await Promise.all(
    Array.from({ length: watches }, async (_, number) => {
      await client.watch('bench', `${name}-${number}`, { timeout: 3_600 }, async () => {
        before.push(performance.now() - began);
        if (before.length === watches) {
          ended = performance.now();
          begun.resolve();
        }
        await begun.promise;
      });
      after.push(performance.now() - ended);
    }),
  );
  return { before, after };
}

/** The address of a port that nobody listens on. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}
