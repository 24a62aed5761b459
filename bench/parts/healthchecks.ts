import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import pLimit from 'p-limit';
import { Laptop } from '../../test/e2e/support/laptop-without-vitest.ts';
import { installedHealthchecks, startHealthchecks } from '../harness/healthchecks.ts';
import type { Part } from '../harness/part.ts';
import { inTurns, middle, ratio } from '../harness/rounds.ts';
import { processorMsOf } from '../harness/service-process.ts';
import { parallel } from '../harness/shadow.ts';

/** Each check is pinged by one caller at a time. */
const checks = parallel;

/**
 * The work that Healthchecks and the warden both do: callers report that work starts and that it is done. Both have a
 * disk, their own server and the same caller, in turns.
 */
export const healthchecksPart: Part = {
  seconds: { quick: 60, usual: 180, full: 180 },
  missing: () =>
    installedHealthchecks() === undefined
      ? 'HEALTHCHECKS names no folder with its source, or HEALTHCHECKS_PYTHON no virtual environment of Python 3.12 with its requirements and uwsgi'
      : undefined,
  async measure(size, say) {
    const installed = installedHealthchecks();
    if (installed === undefined) throw new Error('Healthchecks is not installed');
    const [rounds, pairs] = size === 'quick' ? [2, 160] : [9, 800];
    const laptop = new Laptop('sources');
    const agent = new Agent({ keepAlive: true, maxSockets: parallel });
    try {
      const other = await startHealthchecks(installed, { folder: laptop.folder(), checks });
      laptop.atEnd(() => other.stop());
      const pids = await other.pids();
      const local = await laptop.start({ data: laptop.folder(), startsWithin: 60_000 });
      say('started both');
      const send = (method: string, url: string, body?: object) => sent(agent, method, url, body);
      // uWSGI closes each connection after its reply.
      const ping = (path: string) => sent(false, 'POST', `${other.url}/ping/${path}`);
      const item = () => `${local.url}/v1/workflows/bench/item?id=${randomUUID()}`;
      const samples = await inTurns(
        [
          {
            name: 'warden',
            operations: pairs,
            processorMs: () => processorMsOf(local.process.pid),
            prepare: async () => () =>
              pLimit(parallel).map(Array.from({ length: pairs }, item), async (url) => {
                await send('PUT', url, { timeout: 3_600 });
                await send('DELETE', url);
              }),
          },
          {
            name: 'Healthchecks',
            operations: pairs,
            processorMs: () => pids.reduce((sum, pid) => sum + processorMsOf(pid), 0),
            prepare: async () => () =>
              Promise.all(
                other.checks.map(async (check) => {
                  for (let pair = 0; pair < pairs / checks; pair++) {
                    await ping(`${check}/start`);
                    await ping(check);
                  }
                }),
              ),
          },
        ],
        rounds,
        (round) => say(`round ${round} of ${rounds}`),
      );
      const [own, theirs] = [samples.get('warden'), samples.get('Healthchecks')];
      const row = (name: string, what: 'wall' | 'processor') => {
        return [name, middle(own)[what], middle(theirs)[what], ratio(theirs, own, what)];
      };
      return {
        columns: ['ms for a start and its end', 'warden', 'Healthchecks', 'Healthchecks to warden'],
        rows: [row('wall, 16 callers', 'wall'), row('processor of the server', 'processor')],
        broken: [],
      };
    } finally {
      agent.destroy();
      await laptop.end();
    }
  },
};

/** Sends a request and throws unless it is answered with success. */
function sent(agent: Agent | false, method: string, url: string, body?: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const call = request(url, { agent, method, headers }, (reply) => {
      reply.resume().on('end', () => {
        if ((reply.statusCode ?? 500) < 300) resolve();
        else reject(new Error(`${method} ${url} was answered ${reply.statusCode}`));
      });
    });
    call.on('error', reject).end(body && JSON.stringify(body));
  });
}
