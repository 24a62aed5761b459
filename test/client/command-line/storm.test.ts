import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureSubscription } from '../../../local/deliveries/delivery-queue.ts';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { wardenCommand } from '../../support/warden-command.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
  const { aws } = warden;
  await ensureSubscription({ ...aws, topicArn: aws.redriveTopicArn, queueName: 'upstream' });
});
afterAll(() => warden.close());

/** 60 orders: 40 lost after `charged`, most in one region; 6 failed with two reasons. 8 invoices never started. */
async function lose(orders: string, invoices: string): Promise<void> {
  for (let index = 0; index < 60; index++) {
    const region = index % 10 === 0 ? 'us' : 'eu';
    await warden.register(orders, `o-${index}`, {
      timeout: index < 40 ? 60 : 86_400,
      step: 'charged',
      tags: { region },
      data: { order: index },
    });
  }
  for (let index = 40; index < 46; index++) {
    const failed =
      index < 44 ? { reason: 'invalid card', type: 'card' } : { reason: 'disk full', type: 'disk' };
    await warden.progress(orders, `o-${index}`, { failed });
  }
  for (let index = 0; index < 8; index++) {
    await warden.register(invoices, `i-${index}`, { timeout: 86_400, startBy: 60 });
  }
  await warden.pass(120_000);
  await warden.sweep();
}

describe('a storm, handled on a terminal and in a pipe', () => {
  test('each command does what it says', async () => {
    const [orders, invoices] = [warden.newWorkflow(), warden.newWorkflow()];
    await lose(orders, invoices);
    // Redrives run meanwhile, and the upstream completes what it gets.
    const wait = async (ms: number) => {
      await warden.pass(ms);
      await warden.functions.runRedrives();
    };
    const say = (...args: string[]) => wardenCommand(warden, args, { columns: 120, wait });
    // A shell without a terminal: nothing asks, and `--yes` is needed for what would.
    const pipe = (...args: string[]) => wardenCommand(warden, args, { wait });

    const workflows = await say('workflows');
    expect(workflows).toMatchObject({ code: 0 });
    expect(workflows.stdout).toMatch(new RegExp(`${orders}.* 14 .* 40 .* 6`));

    const incidents = await say('incidents');
    expect(incidents.stdout).toContain('40 overdue, 6 failed');
    expect(incidents.stdout).toContain('8 not started');

    expect((await say('ack', orders, '--note', 'sam is on it')).code).toBe(0);
    expect((await say('silence', orders, '1h', 'the card service is down')).stdout).toContain(
      'No notifications of',
    );

    const byReason = await say('list', orders, '--state', 'failed', '--group-by', 'reason');
    expect(byReason.stdout).toMatch(/4.*invalid card|invalid card.*4/);
    const byRegion = await say('list', orders, '--state', 'overdue', '--group-by', 'tag');
    expect(byRegion.stdout).toMatch(/36.*region:eu|region:eu.*36/);

    const refused = await pipe('discard', orders, '--reason', 'invalid card');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('--yes');
    const discarded = await pipe('discard', orders, '--reason', 'invalid card', '--yes', '--json');
    expect(discarded.code).toBe(0);

    const counted = await say('redrive', orders, '--dry-run');
    expect(counted.stdout).toContain('42');
    const first = await pipe('redrive', orders, '--limit', '1', '--yes');
    expect(first.code).toBe(0);
    const rest = await pipe('redrive', orders, '--rate', '100', '--yes', '--json');
    expect(rest.code).toBe(0);
    for (let index = 0; index < 60; index++) {
      if (index < 40 || index === 44 || index === 45) await warden.complete(orders, `o-${index}`);
    }
    const queued = await say('list', invoices, '--not-started', '--fail-if-any');
    expect(queued.code).toBe(6);
    for (let index = 0; index < 8; index++)
      await warden.progress(invoices, `i-${index}`, { step: 'rendered' });
    expect((await say('silence', orders, '--end')).stdout).toContain('not silenced any more');
    await warden.passSweeping(600_000);
    const after = await pipe('incidents', '--json');
    expect(after).toMatchObject({ code: 0, stdout: '' });
    const past = await pipe('incidents', '--all', '--json', '-w', orders);
    expect(past.lines()[0]).toMatchObject({ state: 'resolved', workflow: orders });
  });

  test('natural guesses are answered with the right command', async () => {
    const workflow = warden.newWorkflow();
    await warden.register(workflow, 'a', { timeout: 60, tags: { region: 'eu' } });
    await warden.pass(120_000);
    const json = async (...args: string[]) => (await wardenCommand(warden, [...args, '--json'])).lines();
    expect(await json('list', workflow, 'state=overdue,failed', 'tag=region=eu')).toHaveLength(1);
    expect(await json('list', workflow, '--state', 'overdue', '--state', 'failed')).toHaveLength(1);
    const unknown = await wardenCommand(warden, ['list', 'no-such-workflow']);
    expect(unknown).toMatchObject({ code: 3, stdout: '' });
    expect(unknown.stderr).toContain('no workflow "no-such-workflow"');
    const noTime = await wardenCommand(warden, ['silence', workflow, 'soon', 'why']);
    expect(noTime.code).toBe(2);
    expect(noTime.stderr).toContain('1h');
    const typed = await wardenCommand(warden, ['list', workflow, '--state', 'lost']);
    expect(typed.code).toBe(2);
    expect(typed.stderr).toContain('received "lost"');
    expect((await wardenCommand(warden, ['inciden'])).stderr).toContain('Did you mean incident?');
  });
});

describe('every command that reads prints JSON lines alone with --json, and a table otherwise', () => {
  let workflow: string;
  beforeAll(async () => {
    workflow = warden.newWorkflow();
    await warden.request('PUT', `/v1/workflows/${workflow}`, { body: { timeout: '15m', owner: 'shop' } });
    await warden.register(workflow, 'a b/ü?', { step: 'charged', data: { n: 1 } });
    await warden.request('PUT', '/v1/workflows/other', { body: {} });
  });

  test.each([
    ['workflows', () => ['workflows'], 'WORKFLOW'],
    ['list', () => ['list', workflow], 'charged'],
    ['show', () => ['show', workflow, 'a b/ü?'], 'charged'],
    ['settings', () => ['settings', workflow], 'shop'],
    ['audit', () => ['audit'], 'settings-saved'],
    ['doctor', () => ['doctor'], 'CHECK'],
  ])('%s', async (_, args, shown) => {
    const table = await wardenCommand(warden, args(), { columns: 100 });
    expect(table.stdout).toContain(shown);
    for (const line of table.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    const json = await wardenCommand(warden, [...args(), '--json']);
    expect(json.stderr).toBe('');
    expect(json.lines().length).toBeGreaterThan(0);
  });

  test('settings change with name=value, and return to their default with name=', async () => {
    expect(
      (await wardenCommand(warden, ['settings', workflow, 'owner=archive', 'severity=critical'])).code,
    ).toBe(0);
    const { json } = await warden.request('GET', `/v1/workflows/${workflow}`);
    expect(json).toMatchObject({ owner: 'archive', severity: 'critical', timeout: '15m' });
    expect((await wardenCommand(warden, ['settings', workflow, 'severity='])).code).toBe(0);
    expect((await warden.request('GET', `/v1/workflows/${workflow}`)).json).not.toHaveProperty('severity');
  });

  test('reconcile says which ids are unknown, and exits with 6', async () => {
    const { code, stdout } = await wardenCommand(warden, ['reconcile', workflow, '-'], {
      stdin: 'a b/ü?\nnone\n',
    });
    expect(code).toBe(6);
    expect(stdout).toContain('none');
  });

  test('show prints the data as it was registered, large numbers too', async () => {
    const data = '{"n":12345678901234567890,"x":1e400,"zero":-0}';
    await warden.request('PUT', warden.itemPath(workflow, 'huge'), {
      text: `{"timeout": 900, "data": ${data}}`,
    });
    expect((await wardenCommand(warden, ['show', workflow, 'huge', '--json'])).stdout).toContain(
      `"data":${data}`,
    );
    const { stdout } = await wardenCommand(warden, ['show', workflow, 'huge'], { columns: 80 });
    expect(stdout).toContain('"n": 12345678901234567890,\n  "x": 1e400,');
  });

  test('export prints each item as it was registered, large numbers too', async () => {
    await warden.request('PUT', warden.itemPath(workflow, 'big'), {
      text: '{"timeout": 900, "data": {"n": 12345678901234567890, "x": 1e400}}',
    });
    const { code, stdout, stderr } = await wardenCommand(warden, ['export', workflow, '--prefix', 'big']);
    expect(code).toBe(0);
    expect(stdout).toContain('"data":{"n": 12345678901234567890, "x": 1e400}');
    expect(stderr).toBe(`1 item of ${workflow} exported.\n`);
  });

  test('tokens are created, listed and revoked', async () => {
    const created = await wardenCommand(warden, [
      'tokens',
      'create',
      'upload service',
      '--scope',
      'ingest',
      '--workflow',
      workflow,
    ]);
    expect(created.stdout).toMatch(/pw_\w{12}_/);
    expect((await wardenCommand(warden, ['tokens', '--json'])).lines()).toContainEqual(
      expect.objectContaining({ name: 'upload service', state: 'active' }),
    );
    expect((await wardenCommand(warden, ['tokens', 'revoke', 'upload service', '--yes'])).code).toBe(0);
  });

  test('drill loses an item, says after how long people were notified, and leaves nothing behind', async () => {
    const drilled = warden.newWorkflow();
    const { code, stdout } = await wardenCommand(warden, ['drill', '-w', drilled, '--json']);
    expect(code).toBe(0);
    const [result] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(result).toMatchObject({ notified: true, workflow: drilled });
    expect(result.notifiedAfterMs).toBeLessThan(10_000);
    expect((await warden.read(drilled, result.item)).json.state).toBe('completed');
  });

  test('drill in a silence says that nobody was notified, and exits with 6', async () => {
    const drilled = warden.newWorkflow();
    await wardenCommand(warden, ['silence', drilled, '1h', 'a drill', '--create']);
    const { code, stderr } = await wardenCommand(warden, ['drill', '-w', drilled, '--give-up', '20s']);
    expect(code).toBe(6);
    expect(stderr).toContain('Nobody was notified within 20s');
  });

  test('completions have every command with its options, and bash takes them', async () => {
    const { stdout } = await wardenCommand(warden, ['completions', 'bash']);
    const complete = (...typed: string[]) => {
      const words = typed.map((word) => `'${word}'`).join(' ');
      const script = `${stdout}\nCOMP_WORDS=(${words}); COMP_CWORD=${typed.length - 1}; _warden; echo "\${COMPREPLY[*]}"`;
      return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim();
    };
    expect(complete('warden', 're')).toBe('register reconcile redrive');
    expect(complete('warden', 'redrive', '--ra')).toBe('--rate');
    expect(complete('warden', 'redrive', 'pa')).toBe('pause');
    expect((await wardenCommand(warden, ['completions', 'fish'])).stdout).toContain('-a redrive');
    expect((await wardenCommand(warden, ['completions', 'tcsh'])).code).toBe(2);
  });

  test('doctor exits with 75 if the warden cannot be reached', async () => {
    const { code, stderr } = await wardenCommand(warden, ['doctor'], { url: 'http://127.0.0.1:9' });
    expect(code).toBe(75);
    expect(stderr).toContain('127.0.0.1:9');
  });
});
