import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { wardenCommand } from '../../support/warden-command.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

/** Runs a command that ends at Ctrl-C through some events, one for each wait. */
function through(args: readonly string[], events: readonly (() => Promise<unknown>)[], columns?: number) {
  const left = [...events];
  const ctrlC = new AbortController();
  return wardenCommand(warden, args, {
    signal: ctrlC.signal,
    ...(columns !== undefined && { columns }),
    wait: async () => {
      await left.shift()?.();
      if (left.length === 0) ctrlC.abort();
    },
  });
}

const fail = async (workflow: string) => {
  await warden.register(workflow, 'a', { timeout: 600 });
  await warden.progress(workflow, 'a', { failed: { reason: 'x' } });
};

describe('warden tail', () => {
  test('prints each change of an incident once, from now on, to its end', async () => {
    const workflow = warden.newWorkflow();
    const { code, lines, stderr } = await through(
      ['tail', workflow, '--json'],
      [
        () => fail(workflow),
        () => wardenCommand(warden, ['ack', workflow, '--note', 'on it']),
        async () => {
          await warden.complete(workflow, 'a');
          await warden.passSweeping(120_000);
        },
        async () => {},
      ],
    );
    expect(code).toBe(130);
    expect(stderr).toBe('');
    expect(lines().map(({ event }) => event)).toEqual([
      'opened',
      'notified',
      'acknowledged',
      'resolved',
      'notified',
    ]);
    expect(lines()[2]).toMatchObject({ workflow, note: 'on it' });
  });

  test('says what is open at its start, without its past', async () => {
    const workflow = warden.newWorkflow();
    await fail(workflow);
    warden.clock.advance(1_000);
    const { stdout, stderr } = await through(['tail', '-w', workflow], [async () => {}]);
    expect(stdout).toBe('');
    expect(stderr).toMatch(new RegExp(`^Open: ${workflow} [0-9a-z]{20}, 1 failed\n$`));
  });

  test('bears a warden that is away, then ends with 75', async () => {
    const { code, stdout, stderr } = await wardenCommand(warden, ['tail', '--give-up', '1s'], {
      url: 'http://127.0.0.1:9',
    });
    expect(code).toBe(75);
    expect(stdout).toBe('');
    expect(stderr.match(/Trying again for 1s/g)).toHaveLength(1);
  });
});

describe('warden watch', () => {
  test('draws over what was drawn before, in the lines of the terminal', async () => {
    const workflow = warden.newWorkflow();
    const { code, stdout } = await through(
      ['watch', '--breached'],
      [() => fail(workflow), async () => {}],
      100,
    );
    expect(code).toBe(130);
    const [, first, second] = stdout.split('\u001b[H');
    expect(first).not.toContain(workflow);
    expect(second).toContain(workflow);
    expect(second).toContain('1 failed');
  });

  test('with --json it is a document for each look', async () => {
    const { lines } = await through(['watch', '--json'], [async () => {}, async () => {}]);
    expect(lines()).toHaveLength(2);
    expect(lines()[0]).toEqual({
      at: expect.any(String),
      workflows: expect.any(Array),
      incidents: expect.any(Array),
    });
  });
});
