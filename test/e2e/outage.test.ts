// The whole service in this process, started repeatedly with a clock that advances meanwhile. It waits in real time for
// the work that timers, queue and deliveries do at once.
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { Notification } from '../../core/contract/notification.ts';
import { createLog } from '../../core/log.ts';
import { registryTable } from '../../local/names.ts';
import { type Service, startService } from '../../local/service.ts';
import { type Laptop, test } from './support/laptop.ts';
import { until } from './support/until.ts';

const minute = 60_000;

/** A service that is stopped and started again, this many milliseconds later by its clock. */
class Restarted {
  readonly told: Notification[] = [];
  readonly lines: string[] = [];
  readonly #laptop: Laptop;
  readonly #data: string;
  #service: Service | undefined;
  #aheadMs = 0;

  constructor(laptop: Laptop) {
    this.#laptop = laptop;
    this.#data = laptop.folder();
    laptop.atEnd(() => this.stop());
  }

  async start(laterMs = 0) {
    await this.stop();
    this.#aheadMs += laterMs;
    const aheadMs = this.#aheadMs;
    this.#service = await startService({
      data: this.#data,
      host: '127.0.0.1',
      port: 0,
      sweepEveryMs: 1_000,
      clock: { now: () => Date.now() + aheadMs },
      log: createLog(() => {}),
      print: async (text) => void this.told.push(Notification.parse(JSON.parse(text))),
      tell: (line) => this.lines.push(line),
    });
    return { aws: this.#service.aws, caller: this.#laptop.caller(this.#service.url) };
  }

  async stop(): Promise<void> {
    await this.#service?.stop();
    this.#service = undefined;
  }
}

test('after a stop of hours completions are accepted for a while, then one notification says what is unconfirmed', async ({
  laptop,
}) => {
  const service = new Restarted(laptop);
  const first = await service.start();
  for (const item of ['lost', 'late']) await first.caller.register('upload', item, { timeout: 600 });

  const back = await service.start(180 * minute);
  // Its alert shows that timers are handled again.
  await back.caller.register('other', 'new', { timeout: 1 });
  await until('alert for what is new', 8_000, () => service.told.length > 0);
  expect(service.told).toMatchObject([{ workflow: 'other', counts: { overdue: 1 } }]);
  expect((await back.caller.complete('upload', 'late')).json).toMatchObject({ outcome: 'late' });
  expect((await back.caller.read('upload', 'lost')).json).toMatchObject({ state: 'waiting' });

  // The grace period is over. People are notified when all timers of its end have fired.
  const after = await service.start(2 * minute);
  const isOverdue = async () => (await after.caller.read('upload', 'lost')).json.state === 'overdue';
  await until('end of the grace', 8_000, isOverdue);
  await service.start(75_000);
  const told = () => service.told.filter(({ workflow }) => workflow === 'upload');
  await until('notification', 8_000, () => told().length > 0);
  expect(told()).toMatchObject([
    {
      event: 'opened',
      counts: { overdue: 1, failed: 0 },
      outage: { from: expect.any(String), to: expect.any(String) },
      items: [{ item: 'lost' }],
    },
  ]);
  const [{ outage } = {}] = told();
  const hours = (Date.parse(outage?.to ?? '') - Date.parse(outage?.from ?? '')) / (60 * minute);
  expect(hours).toBeCloseTo(3, 1);
}, 60_000);

test('weak point of public reports: after a short stop completions are taken first, as long as the stop was (P2, P1)', async ({
  laptop,
}) => {
  const service = new Restarted(laptop);
  const first = await service.start();
  for (const item of ['lost', 'late']) await first.caller.register('upload', item, { timeout: 20 });

  const back = await service.start(40_000);
  // Its alert is the sign that timers are handled again.
  await back.caller.register('other', 'new', { timeout: 1 });
  await until('alert for what is new', 8_000, () => service.told.length > 0);
  expect((await back.caller.read('upload', 'lost')).json).toMatchObject({ state: 'waiting' });
  await back.caller.complete('upload', 'late');

  // So long after the first stop, nobody who was away then is waited for.
  await service.start(270_000);
  const told = () => service.told.filter(({ workflow }) => workflow === 'upload');
  await until('alert for what is lost', 8_000, () => told().length > 0);
  expect(told()).toMatchObject([{ event: 'opened', counts: { overdue: 1 }, items: [{ item: 'lost' }] }]);
  expect(told()[0]).not.toHaveProperty('outage');
}, 60_000);

test('a first sweep that fails is told of, and alerts come all the same', async ({ laptop }) => {
  const service = new Restarted(laptop);
  const { aws, caller } = await service.start();
  await caller.register('broken', 'a', { timeout: 600 });
  await aws.dynamodb.send(
    new UpdateItemCommand({
      TableName: registryTable,
      Key: { kind: { S: 'workflow' }, name: { S: 'broken' } },
      UpdateExpression: 'SET firstSeenAt = :number',
      ExpressionAttributeValues: { ':number': { N: '1' } },
    }),
  );
  expect(service.lines).toEqual([]);
  const again = await service.start();
  expect(service.lines).toEqual([expect.stringMatching(/^the first sweep failed; /)]);
  await again.caller.register('upload', 'b', { timeout: 1 });
  await until('alert', 8_000, () => service.told.length > 0);
  expect(service.told).toMatchObject([{ workflow: 'upload', counts: { overdue: 1 } }]);
});
