import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EventSource } from '../../../../local/event-source.ts';
import { sendToQueue } from '../../../../local/queues.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

interface Sent {
  messageId: string;
  body: string;
  attributes: { SentTimestamp: string };
}

function message(workflow: string, operations: unknown[], sentAt = warden.clock.now()): Sent {
  const body = JSON.stringify({ workflow, operations });
  return { messageId: randomUUID(), body, attributes: { SentTimestamp: String(sentAt) } };
}

/** The ids of the messages that come again. */
async function handle(...Records: Sent[]): Promise<string[]> {
  const { batchItemFailures } = await warden.functions.ingest({ Records });
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

const register = (item: string, more: object = {}) => ({
  op: 'register',
  item,
  timeout: 600,
  run: 'r1',
  ...more,
});

describe('ingest', () => {
  test('carries out the operations of messages from the queue, with data to the letter', async () => {
    const workflow = warden.newWorkflow();
    const source = new EventSource({
      client: warden.aws.sqs,
      queueUrl: warden.aws.ingestQueue.url,
      queueArn: warden.aws.ingestQueue.arn,
      handler: warden.functions.ingest,
      batchSize: 10,
      windowMs: 0,
      onError: (error) => warden.errors.push(error),
    });
    const operation = JSON.stringify(register('scan-1')).slice(0, -1);
    const body = `{"workflow": "${workflow}", "operations": [${operation}, "data": {"total": 12345678901234567890}}]}`;
    await sendToQueue(warden.aws.sqs, warden.aws.ingestQueue.arn, body);
    await source.pollOnce();
    const read = await warden.read(workflow, 'scan-1');
    expect(read.json).toMatchObject({ state: 'waiting', run: 'r1' });
    expect(read.text).toContain('12345678901234567890');
    const done = JSON.stringify({ workflow, operations: [{ op: 'complete', item: 'scan-1' }] });
    await sendToQueue(warden.aws.sqs, warden.aws.ingestQueue.arn, done);
    await source.pollOnce();
    expect((await warden.read(workflow, 'scan-1')).json.state).toBe('completed');
    expect(await source.pollOnce()).toBe(0);
    expect(warden.errors).toEqual([]);
  });

  test('counts the deadline from when the message was sent, however long it waited (P1)', async () => {
    const workflow = warden.newWorkflow();
    const sentAt = warden.clock.now() - 500_000;
    expect(await handle(message(workflow, [register('late')], sentAt))).toEqual([]);
    const { deadline } = (await warden.read(workflow, 'late')).json;
    expect(Date.parse(deadline)).toBe(sentAt + 600_000);
    await warden.pass(101_000);
    expect((await warden.read(workflow, 'late')).json.state).toBe('overdue');
    // A registration that was sent before its deadline and arrives after it is overdue soon, unless the item is
    // completed first.
    const longAgo = warden.clock.now() - 3_600_000;
    const old = message(workflow, [register('old', { age: 60 }), register('done')], longAgo);
    expect(await handle(old, message(workflow, [{ op: 'complete', item: 'done' }], longAgo + 1_000))).toEqual(
      [],
    );
    await warden.pass(2_000);
    expect((await warden.read(workflow, 'old')).json.state).toBe('overdue');
    expect((await warden.read(workflow, 'done')).json.state).toBe('completed');
    expect((await warden.notifications(workflow)).at(0)).toMatchObject({ event: 'opened' });
  });

  test('changes nothing when a message is delivered twice, also after the item was completed (P4)', async () => {
    const workflow = warden.newWorkflow();
    const first = message(workflow, [register('scan-1'), { op: 'progress', item: 'scan-1', timeout: 900 }]);
    expect(await handle(first)).toEqual([]);
    const { deadline } = (await warden.read(workflow, 'scan-1')).json;
    await warden.pass(30_000);
    expect(await handle(first)).toEqual([]);
    expect((await warden.read(workflow, 'scan-1')).json).toMatchObject({ deadline, attempt: 1 });
    expect(await handle(message(workflow, [{ op: 'complete', item: 'scan-1' }]))).toEqual([]);
    const registration = message(workflow, [register('scan-1')]);
    expect(await handle(registration, registration)).toEqual([]);
    expect((await warden.read(workflow, 'scan-1')).json.state).toBe('completed');
    await warden.pass(1_000_000);
    await warden.sweep();
    expect(await warden.notifications(workflow)).toEqual([]);
  });

  test('restarts nothing when a message with `restart` is delivered twice, also after its item was overdue (P4)', async () => {
    const workflow = warden.newWorkflow();
    const again = register('scan-1', { timeout: 5, restart: true });
    // The clock of the function is behind that of the queue at first.
    const first = message(workflow, [again], warden.clock.now() + 3_000);
    expect(await handle(first)).toEqual([]);
    await warden.pass(10_000);
    expect(await handle(first)).toEqual([]);
    expect((await warden.read(workflow, 'scan-1')).json).toMatchObject({ state: 'overdue', attempt: 1 });
    expect((await warden.events(workflow)).map(({ event }) => event)).toEqual(['item.overdue']);
    // Another message asks for another attempt.
    expect(await handle(message(workflow, [again]))).toEqual([]);
    expect((await warden.read(workflow, 'scan-1')).json).toMatchObject({ state: 'waiting', attempt: 2 });
  });

  test('takes a message with the whole life of an item twice, and progress of a run that is over (P4)', async () => {
    const workflow = warden.newWorkflow();
    const steps = { op: 'progress', item: 'scan-1', run: 'r1', step: 'copied' };
    const done = { op: 'complete', item: 'scan-1', run: 'r1' };
    const life = message(workflow, [register('scan-1'), steps, done]);
    expect(await handle(life)).toEqual([]);
    expect(await handle(life)).toEqual([]);
    expect(await handle(message(workflow, [steps]))).toEqual([]);
    // People must hear that somebody calls a failure what another one has completed.
    const failure = message(workflow, [
      { op: 'progress', item: 'scan-1', run: 'r1', failed: { reason: 'x' } },
    ]);
    expect(await handle(failure)).toEqual([failure.messageId]);
    // Nobody knows which run this is about.
    const unknown = message(workflow, [{ ...steps, run: undefined }]);
    expect(await handle(unknown)).toEqual([unknown.messageId]);
    // An item that is overdue may be started again: then it can have a new deadline.
    expect(await handle(message(workflow, [register('scan-2', { timeout: 5 })]))).toEqual([]);
    await warden.pass(6_000);
    const extends2 = message(workflow, [{ op: 'progress', item: 'scan-2', run: 'r1', timeout: 600 }]);
    expect(await handle(extends2)).toEqual([extends2.messageId]);
  });

  test('keeps a registration and the completion behind it in order, in whichever messages they come', async () => {
    const workflow = warden.newWorkflow();
    const items = Array.from({ length: 5 }, (_, index) => `scan-${index}`);
    const messages = items.flatMap((item) => [
      message(workflow, [register(item)]),
      message(workflow, [{ op: 'complete', item }]),
    ]);
    expect(await handle(...messages)).toEqual([]);
    for (const item of items) expect((await warden.read(workflow, item)).json.state).toBe('completed');
  });

  test('lets a completion come again until its registration has arrived', async () => {
    const workflow = warden.newWorkflow();
    const early = message(workflow, [{ op: 'complete', item: 'scan-1' }]);
    expect(await handle(early)).toEqual([early.messageId]);
    expect(await handle(message(workflow, [register('scan-1')]))).toEqual([]);
    expect(await handle(early)).toEqual([]);
    expect((await warden.read(workflow, 'scan-1')).json.state).toBe('completed');
    // With a run it need not come again: the registration finds it completed.
    const known = message(workflow, [{ op: 'complete', item: 'scan-2', run: 'r1' }]);
    expect(await handle(known)).toEqual([]);
    expect(await handle(message(workflow, [register('scan-2')]))).toEqual([]);
    expect((await warden.read(workflow, 'scan-2')).json.state).toBe('completed');
  });

  test('an operation that is refused stops no other, and its message goes to the dead letters (P7, P8)', async () => {
    const workflow = warden.newWorkflow();
    const bad = [
      message(workflow, [register('no-run', { run: undefined })]),
      message(workflow, [register('data', { timeout: 'soon', data: 'secret-of-a-customer' })]),
      message(workflow, [{ op: 'remove', item: 'x' }]),
      message('not a workflow', [register('scan-1')]),
      message(workflow, []),
      message(
        workflow,
        Array.from({ length: 101 }, (_, index) => register(`many-${index}`)),
      ),
      { ...message(workflow, []), body: '{"workflow": "uploads"' },
      { ...message(workflow, []), body: JSON.stringify({ workflow, operations: [register('x')], more: 1 }) },
      message(workflow, [
        register('good-1'),
        { op: 'progress', item: 'unknown', step: 'copied' },
        register('good-2'),
      ]),
    ];
    expect(await handle(...bad, message(workflow, [register('good-3')]))).toHaveLength(bad.length);
    for (const item of ['good-1', 'good-2', 'good-3'])
      expect((await warden.read(workflow, item)).json.state).toBe('waiting');
    for (const item of ['no-run', 'data', 'many-0', 'x'])
      expect((await warden.read(workflow, item)).status).toBe(404);
    const lines = warden.logLines.filter((line) => line.includes('"ingest"'));
    expect(lines.join()).toContain('"codes":"item-not-found"');
    expect(warden.logLines.join()).not.toContain('secret-of-a-customer');
  });

  test('an event that is not one from SQS is an error, so that Lambda delivers its messages again', async () => {
    for (const event of [
      {},
      { Records: [{ messageId: '1', body: '', attributes: { SentTimestamp: 'now' } }] },
    ])
      await expect(warden.functions.ingest(event)).rejects.toThrow();
  });
});
