import { expect, onTestFinished, test } from 'vitest';
import { type TerminalOptions, terminalDelivery } from '../../../local/deliveries/terminal.ts';
import { ensureQueue } from '../../../local/queues.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { counts, sendAll, startMessaging } from './messaging.ts';

async function start(print: TerminalOptions['print']) {
  const { sqs } = await startMessaging();
  const queue = await ensureQueue(sqs, 'terminal');
  const reports: string[] = [];
  const delivery = terminalDelivery({
    client: sqs,
    queueUrl: queue.url,
    print,
    clock: new ManualClock(Date.now()),
    onError: (message) => reports.push(message),
  });
  onTestFinished(() => delivery.stop());
  return { sqs, queue, delivery, reports };
}

test('notifications are printed in order and deleted', async () => {
  const printed: string[] = [];
  const { sqs, queue, delivery } = await start(async (body) => void printed.push(body));
  await sendAll(sqs, queue.url, ['first', 'second', 'third']);
  expect(await delivery.deliverOnce()).toBe(3);
  expect(printed).toEqual(['first', 'second', 'third']);
  expect(await counts(sqs, queue.url)).toEqual({ visible: 0, inFlight: 0 });
});

test('a notification is printed as soon as it arrives', async () => {
  const printed = Promise.withResolvers<string>();
  const { sqs, queue, delivery } = await start(async (body) => printed.resolve(body));
  void delivery.run();
  await sendAll(sqs, queue.url, ['now']);
  expect(await printed.promise).toBe('now');
});

test('a message that cannot be printed stays in the queue and does not delay the others', async () => {
  const printed: string[] = [];
  const { sqs, queue, delivery, reports } = await start(async (body) => {
    if (body === 'broken') throw new Error('not readable');
    printed.push(body);
  });
  await sendAll(sqs, queue.url, ['broken', 'fine']);
  await delivery.deliverOnce();
  expect(printed).toEqual(['fine']);
  expect(await counts(sqs, queue.url)).toEqual({ visible: 0, inFlight: 1 });
  expect(reports).toEqual(['A notification could not be delivered to the terminal: Error. It is retried.']);
});
