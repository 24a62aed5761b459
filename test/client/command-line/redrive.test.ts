import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PacedRedrives } from '../../support/paced-redrives.ts';
import { failedItems, startedRedrive } from '../../support/redrives.ts';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { type CommandOptions, wardenCommand } from '../../support/warden-command.ts';

let warden: EmbeddedWarden;
let redrives: PacedRedrives;
beforeAll(async () => {
  warden = await startWarden();
  redrives = new PacedRedrives(warden);
});
afterAll(() => warden.close());

/** Time in which redrives run and the upstream service completes what it is sent, but for some items. */
const upstream =
  (workflow: string, fails: readonly string[] = []) =>
  async (ms: number) => {
    await redrives.pass(ms);
    for (const { item } of await warden.redriven(workflow)) {
      if (fails.includes(item)) await warden.progress(workflow, item, { failed: { reason: 'again' } });
      else await warden.complete(workflow, item);
    }
  };

const warden80 = (args: string[], options: CommandOptions) =>
  wardenCommand(warden, args, { columns: 80, ...options });

/** Lines that the terminal was too narrow for, as one again. */
const unbroken = (text: string) => text.replaceAll(/\n {2}/g, ' ');

describe('warden redrive', () => {
  test('counts, asks, and does nothing without a yes', async () => {
    const workflow = await failedItems(warden, ['a', 'b', 'c']);
    const { code, stderr } = await warden80(['redrive', workflow], { stdin: '\n' });
    expect(code).toBe(0);
    expect(stderr).toContain(`3 items of ${workflow} would be resumed`);
    expect(stderr).toContain('Nothing was resumed.');
    expect((await warden.request('GET', `/v1/workflows/${workflow}/redrives`)).json.redrives).toEqual([]);
  });

  test('without a terminal it refuses with 2 and names --yes; with --yes it counts nothing', async () => {
    const workflow = await failedItems(warden, ['a']);
    const refused = await wardenCommand(warden, ['redrive', workflow, '--json']);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.json()).toMatchObject({ code: 'usage', advice: expect.stringContaining('--yes') });
    const started = await wardenCommand(warden, ['redrive', workflow, '--yes', '--json']);
    expect(started).toMatchObject({ code: 0, stderr: '' });
    expect(started.json()).toMatchObject({ workflow, state: 'running' });
    await upstream(workflow)(2_000);
  });

  test('--watch shows the rate and the time left, and exits with 6 if an item fails again', async () => {
    const workflow = await failedItems(
      warden,
      Array.from({ length: 25 }, (_, n) => `i-${n}`),
    );
    const { code, stdout, stderr } = await warden80(['redrive', workflow, '--rate', '5', '--watch'], {
      stdin: 'y\n',
      wait: upstream(workflow, ['i-3']),
    });
    expect(code).toBe(6);
    expect(unbroken(stdout)).toContain('25 of 25 resumed; 24 completed, 1 failed again.');
    expect(stderr).toMatch(/\[#+\.+\] \d+ of 25 resumed, \d+\.\d\/s, \ds left; \d+ completed/);
    for (const line of stderr.split(/[\r\n]/)) {
      if (line.startsWith('[')) expect(line.replace('\u001b[K', '').length).toBeLessThan(80);
    }
  });

  test('--try resumes one item and waits until it is done; piped, each change is a line', async () => {
    const workflow = await failedItems(warden, ['a', 'b']);
    const { code, stdout, stderr } = await wardenCommand(warden, ['redrive', workflow, '--try', '--yes'], {
      wait: upstream(workflow),
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/: 1 of 1 resumed; 1 completed\.\n$/);
    expect(stderr).toContain('\n1 of 1 resumed; 1 completed\n');
    expect(stderr).not.toContain('\r');
    expect((await warden.request('GET', `/v1/workflows/${workflow}`)).json.counts.failed).toBe(1);
  });

  test('Ctrl-C leaves it running and says how to follow it', async () => {
    const workflow = await failedItems(warden, ['a', 'b', 'c']);
    const ctrlC = new AbortController();
    const { code, stderr } = await warden80(['redrive', workflow, '--rate', '1', '--watch', '--yes'], {
      signal: ctrlC.signal,
      wait: async (ms) => {
        await upstream(workflow)(ms);
        ctrlC.abort();
      },
    });
    expect(code).toBe(130);
    const [{ id, state }] = (await warden.request('GET', `/v1/workflows/${workflow}/redrives`)).json.redrives;
    expect(state).toBe('running');
    expect(unbroken(stderr)).toContain(`To follow it: warden redrive status ${workflow} ${id} --watch`);
    const followed = await wardenCommand(warden, ['redrive', 'status', workflow, id, '--watch', '--json'], {
      wait: upstream(workflow),
    });
    expect(followed).toMatchObject({ code: 0, stderr: '' });
    expect(followed.json()).toMatchObject({ id, state: 'done', completed: 3 });
  });

  test('pause, rate, continue and abort find the one that is meant', async () => {
    const workflow = await failedItems(warden, ['a', 'b', 'c']);
    const say = (...args: string[]) => wardenCommand(warden, ['redrive', ...args]);
    expect(await say('pause', workflow)).toMatchObject({ code: 3 });
    const id = await startedRedrive(warden, workflow, { rate: 1 });
    expect((await say('pause', workflow)).stdout).toContain(`Redrive ${id} of ${workflow} is paused`);
    expect((await say('status')).stdout).toMatch(new RegExp(`${workflow} +${id} +redrive +paused`));
    expect((await say('rate', workflow, '5/s')).stdout).toContain('resumes 5 items a second');
    expect((await say('unpause', workflow)).stdout).toContain('is running again');
    const other = await startedRedrive(warden, workflow, { rate: 1 });
    const several = await say('stop', workflow);
    expect(several).toMatchObject({ code: 2, stdout: '' });
    expect(several.stderr).toContain(id);
    expect(several.stderr).toContain(other);
    expect((await say('abort', workflow, other)).stdout).toContain('is aborted');
    expect((await say('abort', workflow)).stdout).toContain(`Redrive ${id} of ${workflow} is aborted`);
    expect((await say('status', workflow, id)).stdout).toMatch(/State: +aborted/);
  });

  test('other words for it work as well', async () => {
    const workflow = await failedItems(warden, ['a']);
    for (const word of ['resume', 'replay', 'retry']) {
      const { stdout } = await wardenCommand(warden, [word, workflow, 'dryRun=true', 'rate=20/s', 'tag=x=y']);
      expect(stdout).toContain(`No overdue or failed item of ${workflow} matches.`);
    }
  });
});

describe('warden discard', () => {
  test('removes what matches after a yes, and follows it to its end', async () => {
    const workflow = await failedItems(warden, ['a', 'b', 'test-c']);
    const { code, stdout } = await warden80(['discard', workflow, 'prefix=test-', '--note', 'a test'], {
      stdin: 'yes\n',
      wait: upstream(workflow),
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/1 of 1 discarded\.\n$/);
    const { json } = await warden.request('GET', `/v1/workflows/${workflow}/redrives`);
    expect(json.redrives).toEqual([expect.objectContaining({ action: 'discard', note: 'a test' })]);
  });

  test('of nothing asks nothing, and says which steps there are', async () => {
    const workflow = await failedItems(warden, ['a'], { step: 'copied' });
    const { code, stderr } = await warden80(['discard', workflow, '--step', 'copid'], {});
    expect(code).toBe(0);
    expect(stderr).toContain('The other filters match items after copied (1).');
    expect(stderr).not.toContain('[y/N]');
  });
});
