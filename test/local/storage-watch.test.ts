import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { postNotice } from '../../local/deliveries/notice.ts';
import { isStorageError } from '../../local/storage-error.ts';
import { StorageWatch } from '../../local/storage-watch.ts';
import { ManualClock } from '../support/manual-clock.ts';

const full = Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR' });

test('public report N: people are notified once that nothing is watched and what to do, and once that it is over', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const lines: [string, string][] = [];
  let isFull = true;
  const watch = new StorageWatch({
    folder: '/data',
    probe: async () => {
      if (isFull) throw full;
    },
    tell: (line, level) => lines.push([level, line]),
  });
  onTestFinished(() => watch.stop());
  watch.fault(full);
  watch.fault(full);
  await vi.advanceTimersByTimeAsync(10_000);
  const failing = { name: 'storage', status: 'failing', error: 'ERR_SQLITE_ERROR' };
  expect(await watch.check()).toMatchObject(failing);
  const line = /^the warden cannot write to the folder \/data .*: nothing is watched .*free space/;
  expect(lines).toEqual([['alert', expect.stringMatching(line)]]);
  isFull = false;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(lines.slice(1)).toEqual([['info', expect.stringContaining('items are watched')]]);
  expect(await watch.check()).toMatchObject({ status: 'ok' });
});

test('only errors of a store or a disk are taken for one', () => {
  for (const code of ['LEVEL_IO_ERROR', 'ERR_SQLITE_ERROR', 'ENOSPC', 'EROFS']) {
    expect(isStorageError(Object.assign(new Error('x'), { code }))).toBe(true);
  }
  for (const error of [new Error('x'), undefined, Object.assign(new Error('x'), { code: 'ECONNRESET' })]) {
    expect(isStorageError(error)).toBe(false);
  }
});

test('public report N: the notice reaches the webhook past all queues, in its format', async () => {
  const posted: unknown[] = [];
  const server = createServer(async (request, response) => {
    posted.push(JSON.parse(Buffer.concat(await request.toArray()).toString()));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = new ManualClock('2026-03-01T12:00:00.000Z');
  await postNotice({ webhook, clock }, 'nothing is watched');
  await postNotice({ webhook, clock, format: { name: 'slack' } }, 'nothing is watched');
  const format = { name: 'pagerduty' as const, routingKey: 'k' };
  await postNotice({ webhook, clock, format }, 'nothing is watched');
  await postNotice({ webhook, clock, format }, 'items are watched', 'info');
  await postNotice({ clock }, 'nobody is there');
  expect(posted).toEqual([
    expect.objectContaining({ event: 'notice', level: 'alert', text: 'nothing is watched' }),
    { text: 'nothing is watched' },
    expect.objectContaining({ event_action: 'trigger', dedup_key: 'process-warden' }),
    expect.objectContaining({ event_action: 'resolve', dedup_key: 'process-warden' }),
  ]);
});
