import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { expect, onTestFinished, test } from 'vitest';
import type { Digest } from '../../../../core/contract/digest.ts';
import { knowEmptyQueues } from '../../../support/empty-queues.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const second = 1_000;
const minute = 60_000;

async function start(): Promise<EmbeddedWarden> {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  knowEmptyQueues(warden);
  await warden.sweep();
  return warden;
}

/** Uses up what single notifications may have in this second: only a digest is left. */
async function exhaust({ aws }: EmbeddedWarden): Promise<void> {
  while (await aws.service.budget.take('notification'));
}

/** One failed item in each workflow; nobody was notified of it yet. */
async function failIn(warden: EmbeddedWarden, workflows: readonly string[]): Promise<void> {
  await exhaust(warden);
  for (const workflow of workflows) {
    await warden.register(workflow, 'one', { timeout: 86_400 });
    await warden.progress(workflow, 'one', { failed: { reason: 'the disk is full' } });
  }
}

async function sweepExhausted(warden: EmbeddedWarden, after: number): Promise<void> {
  warden.clock.advance(after);
  await exhaust(warden);
  await warden.sweep();
}

/** The next message for people fails: before SNS takes it, or after, so that nobody knows that it did. */
function failNextPublish({ aws }: EmbeddedWarden, mode: 'before' | 'after'): void {
  let isFailed = false;
  aws.sns.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (isFailed || commandName !== 'PublishCommand') return next(args);
        isFailed = true;
        if (mode === 'after') await next(args);
        throw new Error('the process ended');
      },
    { step: 'initialize' },
  );
}

async function digests(warden: EmbeddedWarden): Promise<Digest[]> {
  return (await warden.published()).flatMap((message) => (message.event === 'digest' ? [message] : []));
}

async function incidentOf(warden: EmbeddedWarden, workflow: string) {
  const { json } = await warden.request('GET', `/v1/incidents?workflow=${workflow}`);
  return (await warden.request('GET', `/v1/incidents/${json.incidents[0].id}`)).json;
}

test('an incident told of in a digest counts as notified: pacing, reminders and its end go on from there (P6)', async () => {
  const warden = await start();
  const [one, other] = [warden.newWorkflow(), warden.newWorkflow()];
  await failIn(warden, [one, other]);
  expect(await warden.published()).toEqual([]);
  await sweepExhausted(warden, 25 * second);
  const [digest, ...more] = await digests(warden);
  expect(more).toEqual([]);
  const opened = await incidentOf(warden, one);
  expect(digest?.incidents.map(({ workflow }) => workflow).sort()).toEqual([one, other].sort());
  expect(digest?.incidents).toContainEqual(
    expect.objectContaining({ incident: opened.id, notification: `${opened.id}.1`, event: 'opened' }),
  );
  expect(opened).toMatchObject({ notifications: 1, notifiedAt: digest?.at, counts: { failed: 1 } });
  expect(opened.timeline.at(-1)).toMatchObject({
    event: 'notified',
    notification: { id: digest?.id, event: 'digest' },
  });

  // A change before the spacing has passed is not told of.
  await warden.register(one, 'two', { timeout: 86_400 });
  await warden.progress(one, 'two', { failed: { reason: 'the disk is full' } });
  warden.clock.advance(50 * second);
  await warden.sweep();
  expect(await warden.published()).toEqual([]);
  warden.clock.advance(20 * second);
  await warden.sweep();
  expect(await warden.notifications(one)).toMatchObject([{ event: 'updated', id: `${opened.id}.2` }]);
  // Nothing changed in the other: a reminder four hours after the digest.
  await warden.passSweeping(4 * 60 * minute, 5 * minute);
  expect((await warden.notifications(other)).map(({ event }) => event)).toEqual(['reminder']);

  for (const item of ['one', 'two']) await warden.complete(one, item);
  await sweepExhausted(warden, minute);
  const [end] = await digests(warden);
  expect(end).toMatchObject({
    level: 'info',
    resolved: 1,
    incidents: [{ event: 'resolved', workflow: one }],
  });
  expect(await incidentOf(warden, one)).toMatchObject({ state: 'resolved' });
});

test('P3: nothing is recorded as sent before SNS has accepted the digest, and its repeat has the same id', async () => {
  const warden = await start();
  const workflows = [warden.newWorkflow(), warden.newWorkflow()];
  await failIn(warden, workflows);
  const recorded = async () =>
    Promise.all(workflows.map(async (workflow) => (await incidentOf(warden, workflow)).notifications));

  // SNS does not accept it.
  warden.clock.advance(25 * second);
  await exhaust(warden);
  failNextPublish(warden, 'before');
  await expect(warden.sweep()).rejects.toThrow();
  expect(await recorded()).toEqual([0, 0]);

  // It accepts it, and the process ends before it can record that.
  warden.clock.advance(minute);
  await exhaust(warden);
  failNextPublish(warden, 'after');
  await expect(warden.sweep()).rejects.toThrow();
  expect(await recorded()).toEqual([0, 0]);
  await sweepExhausted(warden, minute);
  const sent = await digests(warden);
  expect(sent).toHaveLength(2);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
  expect(await recorded()).toEqual([1, 1]);
});

test('an end that is held back stays among the ending incidents until the digest, whoever opens the next one', async () => {
  const warden = await start();
  const workflow = warden.newWorkflow();
  await warden.register(workflow, 'one', { timeout: 86_400 });
  await warden.progress(workflow, 'one', { failed: { reason: 'the disk is full' } });
  expect(await warden.notifications(workflow)).toMatchObject([{ event: 'opened' }]);
  await warden.complete(workflow, 'one');

  warden.clock.advance(minute);
  await exhaust(warden);
  failNextPublish(warden, 'before');
  await expect(warden.sweep()).rejects.toThrow();
  expect(await warden.published()).toEqual([]);
  const first = await incidentOf(warden, workflow);
  expect(first).toMatchObject({ state: 'resolved', notifications: 1 });
  await warden.register(workflow, 'two', { timeout: 86_400 });
  await warden.progress(workflow, 'two', { failed: { reason: 'the disk is full' } });
  warden.clock.advance(minute);
  await warden.sweep();
  const told = (await warden.published()).flatMap((message) => ('incident' in message ? [message] : []));
  expect(told).toContainEqual(expect.objectContaining({ incident: first.id, event: 'resolved' }));
});

test('a digest matches the filters of each workflow, kind and severity in it', async () => {
  const warden = await start();
  const published: PublishCommandInput[] = [];
  warden.aws.sns.middlewareStack.add(
    (next) => (args) => {
      if ('MessageAttributes' in args.input) published.push(args.input as PublishCommandInput);
      return next(args);
    },
    { step: 'initialize' },
  );
  const workflows = [warden.newWorkflow(), warden.newWorkflow()].sort();
  await warden.request('PUT', `/v1/workflows/${workflows[0]}`, { body: { severity: 'critical' } });
  await failIn(warden, workflows);
  await sweepExhausted(warden, 25 * second);
  const attributes = published.at(-1)?.MessageAttributes ?? {};
  const listOf = (name: string) => JSON.parse(attributes[name]?.StringValue ?? '').sort();
  expect(attributes.workflow?.DataType).toBe('String.Array');
  expect(listOf('workflow')).toEqual(workflows);
  expect(listOf('kind')).toEqual(['overdue']);
  expect(listOf('severity')).toEqual(['critical']);
  expect(attributes).toMatchObject({ event: { StringValue: 'digest' }, level: { StringValue: 'alert' } });
});
