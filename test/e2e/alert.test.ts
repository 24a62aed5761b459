// These tests wait in real time: timers, queue and deliveries run as they do for a user.
import { expect } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { createLog } from '../../core/log.ts';
import { startService } from '../../local/service.ts';
import { test } from './support/laptop.ts';
import { until } from './support/until.ts';

const secret = 'marker-of-item-data-8c1f';

test.concurrent('an item past its deadline is shown in the terminal and posted to the webhook within seconds (P1), and one completed before it is not (P2)', async ({
  laptop,
}) => {
  const webhook = await laptop.webhook();
  const { process, caller } = await laptop.start({ data: laptop.folder(), args: ['--webhook', webhook.url] });
  // The alert of the other item, due later, shows that the time of this one is over.
  await caller.register('upload', 'done', { timeout: 2 });
  expect(await caller.complete('upload', 'done')).toMatchObject({
    status: 200,
    json: { outcome: 'on-time' },
  });
  await caller.register('upload', 'orders/4711 ü', { timeout: 3, step: 'received' });
  const { json: item } = await caller.progress('upload', 'orders/4711 ü', { step: 'resized' });

  const { at, headers, notification } = await until('post to the webhook', 8_000, () => webhook.taken[0]);
  expect(at).toBeGreaterThanOrEqual(Date.parse(item.deadline));
  expect(at - Date.parse(item.deadline)).toBeLessThan(5_000);
  expect(headers['process-warden-notification']).toBe(notification.id);
  expect(notification).toMatchObject({
    event: 'opened',
    level: 'alert',
    workflow: 'upload',
    subject: '[upload] 1 item overdue',
    counts: { overdue: 1, failed: 0 },
  });
  expect(notification.items).toMatchObject([
    {
      item: 'orders/4711 ü',
      attempt: 1,
      state: 'overdue',
      deadline: item.deadline,
      startedAt: item.startedAt,
      overdueByMs: expect.any(Number),
      step: 'resized',
      stepAt: item.steps.at(-1).at,
      caughtBy: 'timer',
    },
  ]);

  const alert = await until(
    'alert on the terminal',
    5_000,
    () => /\nALERT[\s\S]*Notification .*\n/.exec(process.stdout)?.[0],
  );
  expect(alert).toContain('ALERT  Workflow upload: 1 item overdue.');
  const shown = (at: string) => `${at.slice(0, 19).replace('T', ' ')} UTC`;
  expect(alert).toContain('  orders/4711 ü  overdue for ');
  expect(alert).toContain(`, since ${shown(item.deadline)}, after`);
  expect(alert).toContain(`after \`resized\` at ${shown(item.steps.at(-1).at)}`);
  // users 2c: links and commands with the address of this service, none of them dead.
  const [, link = ''] = /^Incident: (\S+)$/m.exec(alert) ?? [];
  expect(notification.url).toBe(link);
  const [, method, url = '', body = ''] = /^Resume, .*: curl -X (\w+) '(.*)' -d '(.*)'$/m.exec(alert) ?? [];
  expect(link).toBe(`${new URL(url).origin}/console#/incidents/${notification.incident}`);
  const list = `${new URL(url).origin}/console#/workflows/upload/items?state=overdue`;
  expect(alert).toContain(`\nItems: ${list}\n`);
  expect(notification.itemsUrl).toBe(list);
  expect((await fetch(link)).headers.get('content-type')).toContain('text/html');
  const resume = await fetch(url, { method: `${method}`, body });
  expect(await resume.json()).toMatchObject({ count: 1, items: [{ item: 'orders/4711 ü' }] });
  expect(alert).toContain(`Notification ${notification.id}`);
  expect((await caller.read('upload', 'orders/4711 ü')).json).toMatchObject({
    state: 'overdue',
    caughtBy: 'timer',
    incident: notification.incident,
  });
  expect((await caller.complete('upload', 'orders/4711 ü')).json).toMatchObject({ outcome: 'late' });
  expect(webhook.taken.flatMap(({ notification }) => notification.items.map(({ item }) => item))).toEqual([
    'orders/4711 ü',
  ]);
  expect(process.stdout).not.toContain('done');
});

test.concurrent('sweeps run at the requested interval, a canary proves timers, and P6: people are notified at once of the first item, and by a sweep of the items since', async ({
  laptop,
}) => {
  const webhook = await laptop.webhook();
  const { process, caller } = await laptop.start({
    data: laptop.folder(),
    args: ['--webhook', webhook.url],
    env: { WARDEN_SWEEP_INTERVAL: '1.5' },
  });
  const checked = async (name: string) => {
    const { json } = await caller.request('GET', '/v1/health');
    return json.checks.find((check: { name: string }) => check.name === name);
  };
  // The first sweep ran before the service said that it listens.
  const firstSweep = await checked('sweep');
  expect(firstSweep).toMatchObject({ status: 'ok', at: expect.any(String) });
  await until('second sweep', 8_000, async () => (await checked('sweep')).at !== firstSweep.at);
  const canary = await until('canary', 8_000, async () => {
    const check = await checked('canary');
    return check.at !== undefined && check;
  });
  expect(canary).toMatchObject({ status: 'ok', delayMs: expect.any(Number) });
  expect(canary.delayMs).toBeLessThan(5_000);
  expect((await caller.request('GET', '/v1/workflows')).json.workflows).toEqual([]);
  expect(process.stdout).not.toContain('ALERT');
  expect(process.stderr).toBe('');

  // Updates are spaced by a second instead of a minute.
  await caller.request('PUT', '/v1/workflows/upload', {
    notifications: { spacing: 1 },
    severity: 'critical',
  });
  await caller.register('upload', 'first', { timeout: 1 });
  const { notification: first } = await until('first post', 8_000, () => webhook.taken[0]);
  for (const item of ['second', 'third']) await caller.register('upload', item, { timeout: 1 });
  const all = () => webhook.taken.find(({ notification }) => notification.counts.overdue === 3)?.notification;
  const update = await until('post of all', 10_000, all);
  expect(update).toMatchObject({ event: 'updated', incident: first.incident, severity: 'critical' });
  expect(update.items.map(({ item }) => item).toSorted()).toEqual(['first', 'second', 'third']);
  const ids = webhook.taken.map(({ notification }) => notification.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeLessThanOrEqual(3);
  await until('update on the terminal', 5_000, () =>
    process.stdout.includes('ALERT  Workflow upload (critical): 3 items overdue.'),
  );
});

test.concurrent('P2: a deadline moved twice causes no notification, and costs one more schedule', async ({
  laptop,
}) => {
  const printed: string[] = [];
  const service = await startService({
    data: laptop.folder(),
    host: '127.0.0.1',
    port: 0,
    sweepEveryMs: 120_000,
    clock: systemClock,
    log: createLog(() => {}),
    print: async (notification) => void printed.push(notification),
    tell: () => {},
  });
  laptop.atEnd(() => service.stop());
  const { requests } = service.aws.emulator;
  const caller = laptop.caller(service.url);
  // The alert of an item due after both old deadlines shows that they caused nothing.
  await caller.register('other', 'left', { timeout: 4 });
  const registered = await caller.register('upload', 'slow', { timeout: 1 });
  await caller.progress('upload', 'slow', { timeout: 2 });
  const moved = await caller.progress('upload', 'slow', { timeout: 20 });
  expect(Date.parse(moved.json.deadline)).toBeGreaterThan(Date.parse(registered.json.deadline) + 15_000);

  // The first timer fires, finds the later deadline and arms its timer: the third CreateSchedule, with the other
  // item's. The fourth is the canary's.
  await until('alert for the other item', 10_000, () => printed.length > 0);
  expect(await caller.complete('upload', 'slow')).toMatchObject({
    status: 200,
    json: { outcome: 'on-time' },
  });
  expect(requests).toMatchObject({ CreateSchedule: 4, DeleteSchedule: 1 });
  expect(printed.join()).not.toContain('slow');
});

test.concurrent('P9: data is in neither output nor in the notification, even with --verbose', async ({
  laptop,
}) => {
  const webhook = await laptop.webhook();
  const { process, caller } = await laptop.start({
    data: laptop.folder(),
    args: ['--verbose', '--webhook', webhook.url],
  });
  const data = { key: secret };
  await caller.register('upload', 'a', { timeout: 2, data });
  await caller.register('upload', 'a', { timeout: 2, data, run: 'other' });
  await caller.progress('upload', 'a', { step: 'copied', data });
  await caller.progress('upload', 'a', { failed: { reason: 'reason-5e2' }, data });
  expect((await caller.read('upload', 'a')).json.data).toEqual(data);
  await caller.register('other', 'b', { timeout: 1, data });
  // Refused requests: invalid JSON, an unknown member, and a body that is too large.
  await caller.request('PUT', '/v1/workflows/upload/item?id=c', secret);
  await caller.register('upload', 'c', { timeout: 2, [secret]: 1 });
  await caller.register('upload', 'c', { timeout: 2, data: { key: secret.repeat(20_000) } });
  await caller.request('POST', `/v1/${secret.slice(0, 6)}`, data);

  await until('alert for b', 8_000, () => /item overdue/.test(process.stdout));
  await until('both posts', 5_000, () => webhook.taken.length === 2);
  await caller.complete('upload', 'a');
  await process.stop('SIGINT');
  expect(process.stderr).toContain('"operation":"register"');
  expect(process.stderr).toContain('"operation":"check-timers"');
  expect(process.stdout + process.stderr).not.toContain(secret);
  expect(webhook.taken.map(({ text }) => text).join()).not.toContain(secret);
  expect(process.stderr).not.toMatch(/secret-of-the-hook|reason-5e2/);
});
