import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Faults } from '../support/faults.ts';
import { tried } from '../support/tried-faults.ts';
import { type EmbeddedWarden, startWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
let faults: Faults;
beforeAll(async () => {
  warden = await startWarden();
  faults = new Faults(warden);
});
afterAll(() => warden.close());

const failed = { failed: { reason: 'disk full' } };
const start = (workflow: string, more = {}) => warden.register(workflow, 'a', { timeout: 600, ...more });

/** What is done before the list is asked for, and what while it is read. */
const changes: Record<string, Record<'before' | 'meanwhile', (workflow: string) => Promise<unknown>>> = {
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
};

describe.each(['', 'format=jsonl&'])('a list by registration, %j', (format) => {
  test.each(Object.keys(changes))('has an item once that %s at any moment of it (P5)', async (name) => {
    const change = changes[name];
    const listed = async (workflow: string): Promise<string[]> => {
      const path = `/v1/workflows/${workflow}/items?${format}sort=registration`;
      const { text } = await warden.request('GET', path);
      return text.match(/"item":"a"/g) ?? [];
    };
    const quiet = warden.newWorkflow();
    await change?.before(quiet);
    faults.revive();
    await listed(quiet);
    const calls = faults.calls.length;
    expect(calls).toBeGreaterThan(1);

    const wrong: string[] = [];
    for (const at of tried(Array.from({ length: calls }, (_, index) => index))) {
      const workflow = warden.newWorkflow();
      await change?.before(workflow);
      faults.interleave(at, async () => change?.meanwhile(workflow));
      const found = await listed(workflow);
      faults.revive();
      if (found.length !== 1)
        wrong.push(`${found.length} times when it changes before call ${at} of ${calls}`);
    }
    expect(wrong).toEqual([]);
  });
});
