import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clockFinding, healthFinding, redriveFinding } from '../../../client/command-line/text/findings.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { startWarden } from '../../support/start-warden.ts';
import { makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { wardenCommand } from '../../support/warden-command.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  // Replies have the date of this machine.
  warden = await startWarden({ auth: true, clock: new ManualClock(Date.now()) });
  await warden.sweep();
});
afterAll(() => warden.close());

describe('warden doctor', () => {
  test('says who the caller is, what is fresh, and that somebody is notified', async () => {
    const { token } = await makeToken(warden, { scopes: ['admin'] });
    const { code, stdout } = await wardenCommand(warden, ['doctor'], { token });
    expect(code).toBe(0);
    expect(stdout).toMatch(/caller +ok +token from WARDEN_TOKEN: may do everything/);
    expect(stdout).toMatch(/sweep +ok +\S+/);
    expect(stdout).toMatch(/notification topic +ok +1 confirmed subscriptions/);
    expect(stdout).toMatch(/clock +ok +differs by/);
    expect(stdout).toMatch(/dead letters +ok/);
  });

  test('dead letters are a finding, with their queue and what to do', async () => {
    const { token } = await makeToken(warden, { scopes: ['admin'] });
    const { sqs, deadLetterQueue } = warden.aws;
    await sqs.send(new SendMessageCommand({ QueueUrl: deadLetterQueue.url, MessageBody: 'a timer' }));
    const { code, lines } = await wardenCommand(warden, ['doctor', '--json'], { token });
    await sqs.send(new PurgeQueueCommand({ QueueUrl: deadLetterQueue.url }));
    expect(code).toBe(6);
    expect(lines().filter(({ status }) => status === 'failing')).toEqual([
      {
        check: 'dead letters',
        status: 'failing',
        detail: 'Expired-timer dead letters: 1',
        advice: expect.stringContaining('docs/runbook.md'),
      },
    ]);
  });

  test('of a token for some workflows it says scopes and workflows', async () => {
    const { token } = await makeToken(warden, { scopes: ['ingest'], workflows: ['uploads', 'scans-*'] });
    const { code, lines } = await wardenCommand(warden, ['doctor', '--json'], { token });
    expect(code).toBe(0);
    expect(lines()).toContainEqual({
      check: 'caller',
      status: 'ok',
      detail: 'token from WARDEN_TOKEN: has ingest on uploads scans-*',
    });
  });

  test('without a token it exits with 4, says why, and that a token is missing', async () => {
    const { code, stderr } = await wardenCommand(warden, ['doctor']);
    expect(code).toBe(4);
    expect(stderr).toContain('set WARDEN_TOKEN');
  });

  test('a clock that is off is a finding in both directions', () => {
    expect(clockFinding(2_000)).toMatchObject({ status: 'ok' });
    expect(clockFinding(90_000)).toMatchObject({
      status: 'failing',
      detail: 'this clock is 1m 30s behind that of the warden',
    });
    expect(clockFinding(-90_000)).toMatchObject({
      status: 'failing',
      advice: expect.stringContaining('late'),
    });
    expect(clockFinding(undefined)).toEqual({ check: 'clock', status: 'unknown' });
  });

  test('each failing check has advice', () => {
    const now = Date.parse('2026-11-28T12:00:00.000Z');
    const failing = { status: 'failing', tookMs: 1 } as const;
    const names = ['sweep', 'canary', 'notification topic', 'webhook', 'storage'] as const;
    for (const name of names) expect(healthFinding({ name, ...failing }, now).advice).toMatch(/\w/);
    expect(
      healthFinding(
        { name: 'webhook', ...failing, failingSince: '2026-11-28T11:00:00.000Z', waiting: 7 },
        now,
      ),
    ).toMatchObject({ detail: '7 messages wait, since 1h ago' });
    expect(redriveFinding(0)).toMatchObject([{ advice: expect.stringContaining('subscribe an upstream') }]);
  });
});

describe('warden drill', () => {
  const admin = async () => (await makeToken(warden, { scopes: ['admin'] })).token;

  test('makes a workflow whose notification says that it is a drill, and removes it', async () => {
    const token = await admin();
    const { code, json } = await wardenCommand(warden, ['drill', '--json'], { token });
    expect(code).toBe(0);
    expect(json()).toMatchObject({ notified: true, overdueAfterMs: expect.any(Number) });
    const { workflow } = json();
    const [first] = await warden.notifications(workflow);
    expect(first).toMatchObject({ event: 'opened', description: expect.stringContaining('drill') });
    const { stderr } = await wardenCommand(warden, ['show', workflow], { token });
    expect(stderr).toContain('there is no workflow');
  });

  test('waits at a port until the notification is posted there', async () => {
    const port = await freePort();
    const workflow = warden.newWorkflow();
    const wait = async (ms: number) => {
      await warden.pass(ms);
      for (const notification of await warden.notifications(workflow)) {
        await warden.pass(2_000);
        await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: JSON.stringify(notification) });
      }
    };
    const args = ['drill', '-w', workflow, '--listen', String(port), '--json'];
    const { code, json } = await wardenCommand(warden, args, { token: await admin(), wait });
    expect(code).toBe(0);
    expect(json().receivedAfterMs).toBeGreaterThanOrEqual(json().notifiedAfterMs + 2_000);
  });

  test('a notification that never arrives is a finding, although people were notified', async () => {
    const args = [
      'drill',
      '-w',
      warden.newWorkflow(),
      '--listen',
      String(await freePort()),
      '--give-up',
      '5s',
    ];
    const { code, stdout, stderr } = await wardenCommand(warden, args, { token: await admin() });
    expect(code).toBe(6);
    expect(stdout).toMatch(/people notified after \d\.\ds/);
    expect(stderr).toContain('The notification did not arrive within 5s');
  });

  test('a port that is none, or taken, is a wrong usage', async () => {
    const token = await admin();
    const { port } = new URL(warden.url);
    for (const given of ['http', '70000', port]) {
      const { code, stderr } = await wardenCommand(warden, ['drill', '--listen', given], { token });
      expect(code).toBe(2);
      expect(stderr).toContain('--listen');
    }
  });

  describe('with a queue', () => {
    let bin: string;
    beforeAll(() => {
      bin = mkdtempSync(join(tmpdir(), 'warden-aws-'));
    });
    afterAll(() => rmSync(bin, { recursive: true, force: true }));

    /** In place of the AWS CLI, which needs an account: notes its arguments and prints this. */
    function fakeAws(script: string): { PATH: string } {
      writeFileSync(join(bin, 'aws'), `#!/bin/sh\necho "$@" >> ${bin}/called\n${script}\n`);
      chmodSync(join(bin, 'aws'), 0o755);
      return { PATH: `${bin}:${process.env.PATH}` };
    }

    test('receives its notification, and deletes no other message', async () => {
      const workflow = warden.newWorkflow();
      const messages = [
        { Body: '{"workflow":"other"}', ReceiptHandle: 'others' },
        { Body: `{"workflow":"${workflow}"}`, ReceiptHandle: 'ours' },
      ];
      const env = fakeAws(`echo '${JSON.stringify({ Messages: messages })}'`);
      const args = ['drill', '-w', workflow, '--queue', 'https://sqs.example.com/1/drills', '--json'];
      const { code, json } = await wardenCommand(warden, args, { token: await admin(), env });
      expect(code).toBe(0);
      expect(json()).toMatchObject({ notified: true, receivedAfterMs: expect.any(Number) });
      const called = readFileSync(join(bin, 'called'), 'utf8').split('\n');
      expect(called.filter((line) => line.includes('delete-message'))).toEqual([
        expect.stringContaining('--receipt-handle ours --queue-url https://sqs.example.com/1/drills'),
      ]);
    });

    test('a queue that cannot be read ends it with what the AWS CLI says; the item is completed', async () => {
      const workflow = warden.newWorkflow();
      const env = fakeAws('echo "Unable to locate credentials" >&2; exit 253');
      const args = ['drill', '-w', workflow, '--queue', 'https://sqs.example.com/1/drills'];
      const token = await admin();
      const { code, stderr } = await wardenCommand(warden, args, { token, env });
      expect(code).toBe(1);
      expect(stderr).toContain('the AWS CLI cannot read the queue: Unable to locate credentials');
      const open = await wardenCommand(warden, ['list', workflow, '--count'], { token });
      expect(open.stdout).toBe('0\n');
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
