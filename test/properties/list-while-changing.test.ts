import { afterAll, beforeAll, expect, test } from 'vitest';
import { Faults } from '../support/faults.ts';
import { startWarden } from '../support/start-warden.ts';
import { tried } from '../support/tried-faults.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
let faults: Faults;
beforeAll(async () => {
  warden = await startWarden();
  faults = new Faults(warden);
});
afterAll(() => warden.close());

const failed = { failed: { reason: 'disk full' } };
const start = (workflow: string, more = {}) => warden.register(workflow, 'a', { timeout: 600, ...more });

/** The changes before the list is requested, and while it is read. */
interface Change {
  before: (workflow: string) => Promise<unknown>;
  meanwhile: (workflow: string) => Promise<unknown>;
}
const changes = {
  fails: {
    before: (workflow) => start(workflow),
    meanwhile: (workflow) => warden.progress(workflow, 'a', failed),
  },
  'is started again after it failed': {
    before: async (workflow) => {
      await start(workflow);
      await warden.progress(workflow, 'a', failed);
    },
    meanwhile: (workflow) => start(workflow),
  },
  'reaches a step': {
    before: (workflow) => start(workflow),
    meanwhile: (workflow) => warden.progress(workflow, 'a', { step: 'copied' }),
  },
  'puts its deadline off': {
    before: (workflow) => start(workflow),
    meanwhile: (workflow) => warden.progress(workflow, 'a', { timeout: 3_600 }),
  },
  'fails after it was overdue': {
    before: async (workflow) => {
      await start(workflow, { timeout: 5 });
      await warden.pass(6_000);
    },
    meanwhile: (workflow) => warden.progress(workflow, 'a', failed),
  },
  'begins another life': {
    before: async (workflow) => {
      await start(workflow);
      await warden.complete(workflow, 'a');
      await start(workflow);
    },
    meanwhile: async (workflow) => {
      await warden.complete(workflow, 'a');
      await start(workflow);
    },
  },
} satisfies Record<string, Change>;

/** What each list must contain once, whenever the change comes. */
const lists: [query: string, changed: (keyof typeof changes)[]][] = [
  ['', Object.keys(changes) as (keyof typeof changes)[]],
  ['state=waiting&sort=deadline', ['reaches a step', 'puts its deadline off']],
  ['state=overdue&state=failed', ['fails after it was overdue']],
];
const cases = lists.flatMap(([query, names]) =>
  names.flatMap((name) => ['', '&format=jsonl'].map((format) => [query + format, name] as const)),
);

test.each(cases)(
  'a list with "%s" has an item once that %s at any moment of it (P5)',
  async (query, name) => {
    const change: Change = changes[name];
    const listed = async (workflow: string): Promise<string[]> => {
      const { text } = await warden.request('GET', `/v1/workflows/${workflow}/items?${query}`);
      return text.match(/"item":"a"/g) ?? [];
    };
    const quiet = warden.newWorkflow();
    await change.before(quiet);
    faults.revive();
    expect(await listed(quiet)).toHaveLength(1);
    const calls = faults.calls.length;
    expect(calls).toBeGreaterThan(1);

    const wrong: string[] = [];
    for (const at of tried(Array.from({ length: calls }, (_, index) => index))) {
      const workflow = warden.newWorkflow();
      await change.before(workflow);
      faults.interleave(at, async () => change.meanwhile(workflow));
      const found = await listed(workflow);
      faults.revive();
      if (found.length !== 1)
        wrong.push(`${found.length} times when it changes before call ${at} of ${calls}`);
    }
    expect(wrong).toEqual([]);
  },
);
