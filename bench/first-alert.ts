/**
 * How long after the first item of a workflow is marked overdue are people notified, when three workflows lose all
 * their items at once? Starts the local service as a child, registers 6,000 items of three workflows by batch with one
 * deadline, and receives the notifications by webhook. Each round ends with the discard of its items, so that its
 * incidents are over. Prints the time of each workflow, and exits with 1 if a time was above 5 s. Run: npm run
 * bench:first-alert ten rounds, some minutes npm run bench:first-alert -- --rounds 2 --items 300
 */
import { parseArgs } from 'node:util';
import type { Caller } from '../test/e2e/support/caller.ts';
import { Laptop } from '../test/e2e/support/laptop-without-vitest.ts';
import { until } from '../test/e2e/support/until.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { rounds: text, items: text } });
const rounds = Number(values.rounds ?? 10);
const items = Number(values.items ?? 6_000);
const workflows = 3;
const mostMs = 5_000;
const print = (line: string) => process.stdout.write(`${line}\n`);

/** Registers `count` items, 100 in a call. */
async function registerAll(caller: Caller, workflow: string, count: number, deadline: string): Promise<void> {
  for (let first = 0; first < count; first += 100) {
    const operations = Array.from({ length: Math.min(100, count - first) }, (_, index) => ({
      op: 'register',
      item: `item-${first + index}`,
      deadline,
    }));
    const { status } = await caller.request('POST', `/v1/workflows/${workflow}/batch`, { operations });
    if (status !== 200) throw new Error(`a batch returned ${status}`);
  }
}

/** When the first item of a workflow was marked overdue, in milliseconds since the epoch. */
async function firstOverdueAt(caller: Caller, workflow: string): Promise<number> {
  const { text: lines } = await caller.send('GET', `/v1/workflows/${workflow}/items?format=jsonl&limit=200`);
  const times = lines
    .split('\n')
    .filter(Boolean)
    .map((line) => Date.parse(JSON.parse(line).overdueAt));
  return Math.min(...times.filter((time) => !Number.isNaN(time)));
}

async function discardAll(caller: Caller, workflow: string): Promise<void> {
  const path = `/v1/workflows/${workflow}/discards`;
  const { json } = await caller.request('POST', path, { dryRun: true });
  await caller.request('POST', path, { token: json.token });
}

const laptop = new Laptop('sources');
let slowest = 0;
try {
  const hook = await laptop.webhook();
  const { caller } = await laptop.start({ data: laptop.folder(), args: ['--webhook', hook.url] });
  for (let round = 1; round <= rounds; round++) {
    const names = Array.from({ length: workflows }, (_, index) => `round-${round}-${index + 1}`);
    // Long enough to register all items, at 400 items a second.
    const deadline = Date.now() + 3_000 + (items / 400) * 1_000;
    for (const name of names) {
      await registerAll(caller, name, Math.floor(items / workflows), new Date(deadline).toISOString());
    }
    if (Date.now() > deadline) throw new Error('the deadline passed before all items were registered');
    const marked = async (name: string) => {
      const { json } = await caller.request('GET', `/v1/workflows/${name}`);
      return json.counts.waiting === 0;
    };
    for (const name of names) await until(`end of ${name}`, 120_000, () => marked(name));
    for (const name of names) {
      const first = await firstOverdueAt(caller, name);
      const notified = await until(`notification of ${name}`, 30_000, () =>
        hook.taken.find(({ notification }) => notification.workflow === name),
      );
      const took = notified.at - first;
      slowest = Math.max(slowest, took);
      const { overdue } = notified.notification.counts;
      print(
        `${name}: people were notified ${(took / 1_000).toFixed(1)} s after its first item, of ${overdue}`,
      );
    }
    for (const name of names) await discardAll(caller, name);
    for (const name of names) {
      await until(`resolution of ${name}`, 120_000, () =>
        hook.taken.some(
          ({ notification }) => notification.workflow === name && notification.event === 'resolved',
        ),
      );
    }
  }
} finally {
  await laptop.end();
}
print(`slowest: ${(slowest / 1_000).toFixed(1)} s, at most ${mostMs / 1_000} s are allowed`);
if (slowest > mostMs) process.exitCode = 1;
