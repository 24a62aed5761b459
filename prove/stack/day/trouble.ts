import assert from 'node:assert/strict';
import pLimit from 'p-limit';
import { until } from '../until.ts';
import { isDigest, isOf, isOpened, type OpenDay } from './day.ts';

/** A message goes from a function over a topic to a queue, which takes a second or two; the rest is for a busy machine. */
const soonMs = 60_000;
/**
 * A timeout of 60 s or the schedule of every minute, MiniStack's look at its schedules every 10 s, the batching window of
 * 5 s. Three times that for a busy machine.
 */
const minuteMs = 240_000;

/** More workflows than people get notifications in a minute (ADR 26). */
const stormWorkflows = 25;
const mostInAMinute = 20;
const stormNames = Array.from({ length: stormWorkflows }, (_, index) => `storm-${index}`);

export const failing = { workflow: 'invoices', item: 'inv-1', data: { amount: '12.50', to: 'é' } };
export const overdue = { workflow: 'orders', item: 'o-1' };

/** The least timeout of the template. Nobody completes the item, so its timer must find it. */
export async function loseWork({ client }: OpenDay): Promise<string> {
  await assert.rejects(client.register(overdue.workflow, 'too-short', { timeout: 30 }), { status: 422 });
  const { deadline } = await client.register(overdue.workflow, overdue.item, { timeout: 60, step: 'paid' });
  return `due at ${deadline}; a timeout of 30 s is refused`;
}

/** People are notified of a failure at once, and a redrive of the item is started. */
export async function failWork({ client, inboxes }: OpenDay): Promise<string> {
  const { workflow, item, data } = failing;
  await client.register(workflow, item, { timeout: '1h', data });
  await client.fail(workflow, item, { reason: 'no answer from the bank', type: 'Timeout' });
  const isTold = isOf('opened', workflow);
  const opened = await inboxes.people.first(`people are notified of ${workflow}`, soonMs, isTold);
  assert.match(opened.subject, /1 item failed/);
  await inboxes.machines.first(`an event of ${item}`, soonMs, ({ event }) => event === 'item.failed');
  await inboxes.chat.first(`the chat shows ${workflow}`, soonMs, (message) =>
    JSON.stringify(message).includes(workflow),
  );
  const dryRun = await client.redrives.start(workflow, { states: ['failed'], dryRun: true });
  assert.equal(dryRun.count, 1);
  await client.redrives.start(workflow, { states: ['failed'], timeout: '1h' });
  return 'people, machines and the chat are notified; a redrive is started';
}

/** Every workflow fails at once: some notifications, the others in a digest of the next sweep. */
export async function startStorm({ client }: OpenDay): Promise<string> {
  // Each request at the same time is a process of MiniStack's.
  const few = pLimit(6);
  const inAll = (act: (workflow: string) => Promise<unknown>) =>
    Promise.all(stormNames.map((workflow) => few(() => act(workflow))));
  await inAll((workflow) => client.register(workflow, 'job', { timeout: '1h' }));
  await inAll((workflow) => client.fail(workflow, 'job', { reason: 'the database is gone' }));
  return `${stormWorkflows} workflows fail`;
}

/** People were notified of every workflow, and never more often in a minute than ADR 26 allows. */
export async function calmStorm({ inboxes: { people } }: OpenDay): Promise<string> {
  await until('people are told of every workflow', minuteMs, async () => {
    await people.receive();
    const alone = people.received.filter(isOpened).map(({ workflow }) => workflow);
    const digested = people.received.filter(isDigest).flatMap(({ incidents }) => incidents);
    const told = new Set([...alone, ...digested.map(({ workflow }) => workflow)]);
    return stormNames.every((workflow) => told.has(workflow));
  });
  const times = people.received.map(({ at }) => Date.parse(at)).toSorted((a, b) => a - b);
  for (const [index, time] of times.entries()) {
    const inAMinute = times.slice(index).filter((other) => other < time + 60_000).length;
    assert.ok(inAMinute <= mostInAMinute, `${inAMinute} notifications in the minute after ${time}`);
  }
  const digests = people.received.filter(isDigest);
  assert.ok(digests.length > 0, 'there was no digest');
  return `${times.length} notifications of everything so far, ${digests.length} of them digests`;
}

/** The timer found the item, and a completion after that is late. */
export async function noticeLoss({ client, inboxes }: OpenDay): Promise<string> {
  const { workflow, item } = overdue;
  const isTold = isOf('opened', workflow);
  const opened = await inboxes.people.first(`people are notified of ${workflow}`, minuteMs, isTold);
  assert.match(opened.subject, /1 item overdue/);
  const event = await inboxes.machines.first(
    `an event of ${item}`,
    soonMs,
    (message) => message.item === item,
  );
  assert.equal(event.event, 'item.overdue');
  assert.equal(event.caughtBy, 'timer', 'the sweep found the item, not its timer');
  assert.equal(event.step, 'paid');
  const late = Date.parse(event.at) - Date.parse(event.deadline);
  assert.equal((await client.complete(workflow, item)).outcome, 'late');
  return `by its timer, ${(late / 1000).toFixed(1)} s after the deadline; completed late`;
}

/** The upstream service receives the item with its data, does the work again and completes it. */
export async function resumeWork({ client, inboxes }: OpenDay): Promise<string> {
  const { workflow, item, data } = failing;
  const message = await inboxes.upstream.first(`${item} is published again`, minuteMs, (resumed) => {
    return resumed.item === item;
  });
  assert.equal(message.attempt, 2);
  assert.deepEqual(message.data, data);
  assert.equal((await client.complete(workflow, item, { attempt: message.attempt })).outcome, 'on-time');
  return 'published with its data as attempt 2; completed';
}
