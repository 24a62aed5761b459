// This test waits in real time: only a real process can be killed.
import { setTimeout as sleep } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import { expect, inject } from 'vitest';
import { seededRandom } from '../support/seeded-random.ts';
import { sized } from '../support/sized.ts';
import type { Caller } from './support/caller.ts';
import { carryOut } from './support/carry-out.ts';
import { KilledService } from './support/killed-service.ts';
import { test } from './support/laptop.ts';
import { type Entry, entries, mayBe, mostAttempts, mustBeTold, mustNotBeTold } from './support/ledger.ts';
import { until } from './support/until.ts';
import type { WebhookReceiver } from './support/webhook-receiver.ts';

const workflow = 'killed';
/** Enough at once for the work to last as long as the kills. */
const { registrations, concurrency, killsDuringWork } = sized(
  { registrations: 400, concurrency: 8, killsDuringWork: 3 },
  { registrations: 1_300, concurrency: 16, killsDuringWork: 5 },
);

/** Kills at random moments during `work` and after it, while the webhook's receiver fails at first. */
async function killDuring(
  work: Promise<unknown>,
  service: KilledService,
  webhook: WebhookReceiver,
  random: () => number,
) {
  for (let kills = 0; kills < killsDuringWork; kills++) {
    webhook.mode = kills < killsDuringWork - 2 ? 'refuse' : 'take';
    if (kills === 1) await webhook.down();
    else await webhook.up();
    await sleep(200 + random() * 800);
    await service.kill(random() < 0.4 ? random() * 900 : undefined);
  }
  await work;
  await sleep(random() * 1_500);
  await service.kill();
}

async function states(caller: Caller, all: readonly Entry[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await pLimit(concurrency).map(all, async (entry) => {
    const { item, data, progress } = entry;
    const { status, json } = await caller.read(workflow, item);
    // Of a completed item only a receipt remains.
    if (status === 404 || json.state === 'completed') return;
    expect({ status, data: json.data }).toEqual({ status: 200, data });
    expect(json.attempt).toBeGreaterThan(0);
    expect(json.attempt).toBeLessThanOrEqual(mostAttempts(entry));
    if (progress?.report === 'acknowledged') expect(json.progress).toBe(progress.value);
    found.set(item, json.state);
  });
  return found;
}

test('P1, P2, P3: kill -9 at any moment loses no item and no notification, and raises no false alarm', async ({
  laptop,
}) => {
  const { seed } = inject('draws');
  const random = seededRandom(seed);
  const webhook = await laptop.webhook();
  const service = await KilledService.start(laptop, ['--webhook', webhook.url, '--sweep-interval', '1']);
  // The URL of the first process; all processes use one port.
  const { caller } = service.local;
  // Updates come after 1, 2, 4 … s instead of minutes.
  await caller.request('PUT', `/v1/workflows/${workflow}`, { notifications: { spacing: 1 } });
  const all = entries(registrations, random);
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const sqs = new SQSClient({
    endpoint: service.local.url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  const client = { workflow, caller, sqs, up: service.up, coin: () => random() < 0.5 };
  const work = pLimit(concurrency).map(all, (entry) => carryOut(entry, client));
  await killDuring(work, service, webhook, random);
  sqs.destroy();
  const summary =
    `SEED=${seed}, ` +
    `${all.filter(({ registration }) => registration === 'unknown').length} registrations and ` +
    `${all.filter(({ completion }) => completion === 'unknown').length} completions unknown`;

  // Every short item is due at most 4 s from now.
  const breached = new Set(all.filter(mustBeTold).map(({ item }) => item));
  expect(breached.size, summary).toBeGreaterThan(registrations / 13);
  for (const failure of ['acknowledged', 'none'] as const)
    expect(all.filter((entry) => entry.failure === failure).length, summary).toBeGreaterThan(0);
  expect(
    all.filter(({ run, registration }) => run && registration === 'acknowledged'),
    summary,
  ).not.toEqual([]);
  expect(
    all.filter(({ progress }) => progress?.report === 'acknowledged'),
    summary,
  ).not.toEqual([]);
  const told = () => webhook.told(workflow).map(({ notification }) => notification);
  // A message is carried out some time after its reply.
  const left = new Set(
    all
      .filter(({ registration, completion }) => registration === 'acknowledged' && completion === 'none')
      .map(({ item }) => item),
  );
  // People are notified of incidents, so an item is noticed if it is in an incident that was notified.
  const unnoticed = async () => {
    const listed = await caller.list(workflow);
    const incidents = new Set(told().map(({ incident }) => incident));
    const noticed = listed.filter(
      ({ state, incident }) => state !== 'waiting' && incident !== undefined && incidents.has(incident),
    );
    return [
      ...left.difference(new Set(listed.map(({ item }) => item))),
      ...breached.difference(new Set(noticed.map(({ item }) => item))),
    ];
  };
  const lastDeadline = Math.max(
    ...all.filter(mustBeTold).map(({ deadline, timeout }) => (timeout < 60 ? deadline : 0)),
  );
  await until(
    'every registered item, and an incident for every breached item',
    15_000,
    // Listing all items again and again before that would take more of a processor than the rest of this test.
    async () => Date.now() > lastDeadline && (await unnoticed()).length === 0,
  ).catch(() => {});
  expect(await unnoticed(), summary).toEqual([]);

  const falselyLate = all.filter((entry) => mustNotBeTold(entry) && entry.outcome === 'late');
  expect(falselyLate, summary).toEqual([]);
  const named = webhook
    .told(workflow)
    .flatMap(({ at, notification }) => notification.items.map(({ item }) => ({ item, at })));
  const falselyNamed = new Set(all.filter(mustNotBeTold).map(({ item }) => item));
  expect(
    named.filter(({ item }) => falselyNamed.has(item)),
    summary,
  ).toEqual([]);
  const mayFail = new Set(all.filter(({ failure }) => failure !== 'none').map(({ item }) => item));
  const deadlines = new Map(all.map(({ item, deadline }) => [item, deadline]));
  expect(
    named.filter(({ item, at }) => !mayFail.has(item) && at < (deadlines.get(item) ?? 0)),
    summary,
  ).toEqual([]);

  // However often a notification was delivered, it has one id, and the ids count up without a gap.
  const [incident = '', ...others] = new Set(told().map((notification) => notification.incident));
  expect(others, summary).toEqual([]);
  const ids = () => new Set(told().map(({ id }) => id));
  expect(ids(), summary).toEqual(new Set(Array.from(ids(), (_, index) => `${incident}.${index + 1}`)));
  // One at once, and then one after 1, 2, 4 … s.
  expect(ids().size, summary).toBeLessThanOrEqual(8);

  // One more kill, so that the index is repaired once more, after the writes of the alerts.
  await service.kill();
  const existing = await states(caller, all);
  const missing = all.filter(
    ({ item, registration, completion }) =>
      registration === 'acknowledged' && completion === 'none' && !existing.has(item),
  );
  expect(missing, summary).toEqual([]);
  const undead = all.filter(({ item, completion }) => completion === 'acknowledged' && existing.has(item));
  expect(undead, summary).toEqual([]);

  const list = await caller.list(workflow);
  const listed = list.map(({ item, state }) => [item, state] as const);
  expect(listed.length, summary).toBe(existing.size);
  expect(new Map(listed), summary).toEqual(existing);
  const { json } = await caller.request('GET', '/v1/workflows');
  const count = (state: string) => [...existing.values()].filter((other) => other === state).length;
  // A process that was killed had no reply for its caller yet. The timer reports the failure; until then it counts as
  // waiting.
  const unreported = new Set(
    list.filter((one) => one.state === 'failed' && !one.incident).map(({ item }) => item),
  );
  const mayBeUnreported = all.filter(({ failure }) => failure === 'unknown').map(({ item }) => item);
  expect([...unreported.difference(new Set(mayBeUnreported))], summary).toEqual([]);
  const [waiting, failed] = [count('waiting') + unreported.size, count('failed') - unreported.size];
  expect(json.workflows, summary).toMatchObject([
    { workflow, counts: { waiting, overdue: count('overdue'), failed } },
  ]);
  // Items whose registration had no reply are watched like the others.
  const wrong = all.filter((entry) => {
    const state = existing.get(entry.item);
    return state !== undefined && !mayBe(entry, state);
  });
  expect(wrong, summary).toEqual([]);

  const printedIds = () => new Set(service.printed.match(/(?<=^Notification ).+$/gm));
  const postedIds = () => new Set(webhook.taken.map(({ notification }) => notification.id));
  await until('same notifications on the terminal and at the webhook', 8_000, () => {
    return printedIds().symmetricDifference(postedIds()).size === 0;
  }).catch(() => {});
  expect(printedIds(), summary).toEqual(postedIds());
  expect(service.complaints, summary).not.toMatch(/^\s+at /m);
}, 60_000);
