import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disarmSettings } from '../../../core/aws/client-settings.ts';
import { countLeftBehind, randomTimerName, Timers } from '../../../core/aws/timers.ts';
import { createLog } from '../../../core/log.ts';
import { disarmMs } from '../../../core/names/clockwork.ts';
import { complete } from '../../../core/operations/items/complete.ts';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';

/** What Scheduler does with a request, by the name of the timer that is deleted. */
const answers: Record<string, (response: ServerResponse) => unknown> = {
  hangs: () => {},
  'hangs-in-its-answer': (response) => response.writeHead(200, { 'content-length': 2 }).write('{'),
  throttles: (response) => refuse(response, 429, 'ThrottlingException'),
  fails: (response) => refuse(response, 500, 'InternalServerException'),
  forbids: (response) => refuse(response, 403, 'AccessDeniedException'),
  'has-none': (response) => refuse(response, 404, 'ResourceNotFoundException'),
  deletes: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
};

function refuse(response: ServerResponse, status: number, name: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name });
  response.end(JSON.stringify({ Message: name }));
}

let server: Server;
let client: SchedulerClient;
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const timer = request.url?.match(/schedules\/([^?]+)/)?.[1] ?? '';
    asked.push(timer);
    answers[timer]?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new SchedulerClient({
    ...disarmSettings,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  // The first call of a client reads files of the SDK's configuration, which is not measured here.
  await timers([]).disarm('deletes');
  asked.length = 0;
});

afterAll(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

test('thousands of timers have different names, each of 128 bits', () => {
  const names = Array.from({ length: 2_000 }, randomTimerName);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(Buffer.from(name, 'base64url')).toHaveLength(16);
});

function timers(lines: string[]): Timers {
  const onLeftBehind = countLeftBehind(createLog((line) => lines.push(line)));
  const target = { group: 'timers', queueArn: 'queue', roleArn: 'role', deadLetterArn: 'dead-letters' };
  return new Timers(client, target, { now: () => 0 }, { client, withinMs: disarmMs, onLeftBehind });
}

/** The log lines of the deletion of a timer, how long it takes, and how often it is tried. */
async function disarmed(timer: string) {
  const lines: string[] = [];
  asked.length = 0;
  const started = performance.now();
  await timers(lines).disarm(timer);
  return {
    log: lines.map((line) => JSON.parse(line)),
    tookMs: performance.now() - started,
    tries: asked.length,
  };
}

// Leaves room for a busy machine. Three tries of 3 s would take much longer.
const mostMs = disarmMs + 1_500;

describe('the deletion of a timer', () => {
  // These two wait for the 300 ms that they test.
  test.each(['hangs', 'hangs-in-its-answer'])(
    'is given up after 300 ms when Scheduler %s, and counted',
    async (timer) => {
      const { log, tookMs, tries } = await disarmed(timer);
      expect(tries).toBe(1);
      expect(tookMs).toBeLessThan(mostMs);
      expect(log).toMatchObject([{ TimersLeftBehind: 1 }]);
      expect(log[0].level).toBeUndefined();
    },
  );

  test.each(['throttles', 'fails'])('is tried once when Scheduler %s, and counted', async (timer) => {
    const { log, tries } = await disarmed(timer);
    expect(tries).toBe(1);
    expect(log).toMatchObject([{ TimersLeftBehind: 1 }]);
  });

  test('is counted and logged if it is forbidden, because it will be forbidden every time (P7)', async () => {
    const { log } = await disarmed('forbids');
    expect(log).toMatchObject([
      { TimersLeftBehind: 1 },
      { level: 'warn', message: 'timer left behind', timer: 'forbids', error: 'AccessDeniedException' },
    ]);
  });

  test.each(['has-none', 'deletes'])('leaves nothing behind when Scheduler %s', async (timer) => {
    expect((await disarmed(timer)).log).toEqual([]);
  });
});

describe('a completion', () => {
  let warden: EmbeddedWarden;
  beforeAll(async () => {
    warden = await startWarden();
  });
  afterAll(() => warden.close());

  test.each(['hangs', 'throttles'])('succeeds and waits at most 300 ms if Scheduler %s', async (timer) => {
    const workflow = warden.newWorkflow();
    await warden.register(workflow, 'scan-1', { timeout: 60 });
    const lines: string[] = [];
    const scheduler = timers(lines);
    const service = {
      ...warden.aws.service,
      timers: Object.assign(scheduler, { disarm: () => scheduler.disarmForAll(timer) }),
    };
    const started = performance.now();
    const reply = await complete(service, { workflow, item: 'scan-1', only: {} });
    expect(performance.now() - started).toBeLessThan(mostMs);
    expect(reply.outcome).toBe('on-time');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ TimersLeftBehind: 1 }]);
    // The timer left behind fires once and finds nothing (P2).
    await warden.pass(120_000);
    expect(await warden.notifications(workflow)).toEqual([]);
  });
});
