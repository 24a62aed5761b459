import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sized } from '../../support/sized.ts';
import { startWarden } from '../../support/start-warden.ts';
import { tried } from '../../support/tried-faults.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { wardenCommand } from '../../support/warden-command.ts';
import { cleanEnvironment, Execution, program, warden } from './support/execute.ts';

let service: EmbeddedWarden;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  service = await startWarden();
  env = cleanEnvironment({ WARDEN_URL: service.url });
});
afterAll(() => service.close());

const shell = (script: string) => ['sh', '-c', script];

/** Runs the words alone and with `warden run`, which must show and return the same. Returns the workflow. */
async function runBoth(words: readonly string[], input = '', options: string[] = []): Promise<string> {
  const workflow = service.newWorkflow();
  const run = ['run', '-w', workflow, '-i', 'a', '--timeout', '1m', ...options, '--', ...words];
  const [bare, watched] = await Promise.all([
    new Execution(words, env, input).ended,
    warden(run, env, input).ended,
  ]);
  const code = bare.signal === null ? bare.code : 128 + constants.signals[bare.signal];
  expect(watched.stderr.toString()).toBe(bare.stderr.toString());
  expect(watched.stdout.equals(bare.stdout)).toBe(true);
  expect({ code: watched.code, signal: watched.signal }).toEqual({ code, signal: null });
  return workflow;
}

const everyCode = Array.from({ length: 256 }, (_, code) => code);
test.each(sized([0, ...tried([1, 3, 75, 126, 127, 143, 255])], everyCode))(
  'exit code %i is passed on',
  async (code) => {
    const workflow = await runBoth(shell(`exit ${code}`));
    const { json } = await service.read(workflow, 'a');
    if (code === 0) expect(json).toMatchObject({ state: 'completed', completion: { outcome: 'on-time' } });
    else expect(json).toMatchObject({ state: 'failed', failure: { reason: `exit ${code}`, type: 'exit' } });
  },
);

test.each(['KILL', 'TERM', 'SEGV'])('a command that SIG%s ends is reported', async (signal) => {
  const workflow = await runBoth(shell(`kill -${signal} $$`));
  const { json } = await service.read(workflow, 'a');
  expect(json).toMatchObject({ state: 'failed', failure: { reason: `SIG${signal}`, type: 'signal' } });
});

test('stdin, stdout and stderr are passed byte for byte', async () => {
  const input = 'first line\nsecond without end';
  await runBoth(shell('cat; head -c 2000000 /dev/zero; printf "\\377\\000" >&2'), input);
});

test('the end of stderr becomes the reason, and stderr is the same', async () => {
  const script = 'head -c 300000 /dev/zero | tr "\\0" x >&2; echo "disk full" >&2; exit 3';
  const workflow = await runBoth(shell(script), '', ['--reason-from-stderr', '10']);
  const { json } = await service.read(workflow, 'a');
  expect(json.failure.reason).toBe('exit 3: disk full');
});

test.each(tried(['TERM', 'INT', 'HUP', 'QUIT', 'USR1', 'USR2'] as const))(
  'SIG%s reaches the command once',
  async (name) => {
    const workflow = service.newWorkflow();
    // The trap ends the shell only when the line has come: a second signal would be counted.
    const script = `n=0; trap 'n=$((n+1)); echo got $n' ${name}; echo ready; while ! read line; do :; done; exit 4$n`;
    const run = warden(['run', '-w', workflow, '-i', 'a', '--timeout', '1m', '--', ...shell(script)], env);
    await run.printed('ready');
    run.child.kill(`SIG${name}`);
    await run.printed('got 1');
    run.child.stdin?.end('go on\n');
    const { code, stdout } = await run.ended;
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 41, stdout: 'ready\ngot 1\n' });
  },
);

test('a command that ignores SIGTERM is waited for', async () => {
  // Without the second signal, the first one could reach the process only after the command has ended.
  const script = `trap '' TERM; trap 'echo forwarded' USR1; echo ready; while ! read line; do :; done; echo "$line"`;
  const workflow = service.newWorkflow();
  const run = warden(['run', '-w', workflow, '-i', 'a', '--timeout', '1m', '--', ...shell(script)], env);
  await run.printed('ready');
  run.child.kill('SIGTERM');
  run.child.kill('SIGUSR1');
  await run.printed('forwarded');
  run.child.stdin?.end('done\n');
  expect((await run.ended).stdout.toString()).toBe('ready\nforwarded\ndone\n');
  expect((await service.read(workflow, 'a')).json.state).toBe('completed');
});

describe('a signal that comes when the command has ended', () => {
  /** A warden whose reply to the completion waits, so that a signal surely comes before it. */
  async function whileCompleting(
    signals: readonly NodeJS.Signals[],
  ): Promise<{ workflow: string; kept: string }> {
    const completing = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const proxy = createServer(async (request, response) => {
      if (request.method === 'DELETE') {
        completing.resolve();
        await goOn.promise;
      }
      const body = request.method === 'DELETE' ? undefined : await text(request);
      const { status, json } = await service.request(request.method ?? '', request.url ?? '', {
        ...(body && { text: body }),
        headers: { 'content-type': 'application/json' },
      });
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void proxy.close());
    const workflow = service.newWorkflow();
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const ownEnv = cleanEnvironment({ WARDEN_URL: url });
    const run = warden(['run', '-w', workflow, '-i', 'a', '--timeout', '1m', '--', 'true'], ownEnv);
    await completing.promise;
    for (const signal of signals) run.child.kill(signal);
    if (signals.length > 1) await run.ended;
    goOn.resolve();
    const { code, stderr } = await run.ended;
    expect(code).toBe(0);
    return { workflow, kept: stderr.toString() };
  }

  test('leaves the completion its time, so that a job which succeeded is not reported (P2)', async () => {
    const { workflow, kept } = await whileCompleting(['SIGTERM']);
    expect(kept).toBe('');
    expect((await service.read(workflow, 'a')).json.state).toBe('completed');
  });

  test('ends the call when it is the second one, and the completion is kept', async () => {
    const { kept } = await whileCompleting(['SIGINT', 'SIGTERM']);
    expect(kept).toContain('the next `warden run` or `warden flush` sends the completion');
  });
});

describe('a command that cannot be started', () => {
  test.each([
    ['nowhere-to-be-found', 127, 'command not found'],
    ['/', 126, 'permission denied'],
  ])('%s ends with %i and is reported', async (file, code, why) => {
    const workflow = service.newWorkflow();
    const run = await warden(['run', '-w', workflow, '-i', 'a', '--timeout', '1m', '--', file], env).ended;
    expect(run.code).toBe(code);
    expect(run.stderr.toString()).toBe(`warden: ${file}: ${why}\n`);
    const { json } = await service.read(workflow, 'a');
    expect(json.failure).toMatchObject({ type: 'not-started', reason: `exit ${code}: ${why}` });
  });
});

test('when warden run itself is killed, the item becomes overdue (P1)', async () => {
  const workflow = service.newWorkflow();
  const words = shell('echo ready; read line');
  const run = warden(['run', '-w', workflow, '-i', 'a', '--timeout', '1m', '--', ...words], env);
  await run.printed('ready');
  run.child.kill('SIGKILL');
  run.child.stdin?.end();
  await run.ended;
  await service.pass(61_000);
  expect((await service.read(workflow, 'a')).json.state).toBe('overdue');
});

test('the deadline moves on while the command lives, and stays with --no-extend', async () => {
  const workflow = service.newWorkflow();
  const start = async (item: string, ...options: string[]) => {
    const words = [...options, '--timeout', '1s', '--', ...shell('echo ready; read line')];
    const run = warden(['run', '-w', workflow, '-i', item, ...words], env);
    await run.printed('ready');
    return run;
  };
  const deadline = async (item: string) => (await service.read(workflow, item)).json.deadline;
  const hangs = await start('hangs', '--no-extend');
  const works = await start('works');
  const first = await deadline('hangs');
  const second = await deadline('works');
  // The time of the service is moved by hand, and the deadline in real time: every third of a second.
  service.clock.advance(500);
  const moved = Date.parse(second) + 500;
  while (Date.parse(await deadline('works')) < moved) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await deadline('hangs')).toBe(first);
  for (const run of [hangs, works]) run.child.stdin?.end('\n');
  expect(await Promise.all([hangs.ended, works.ended])).toMatchObject([{ code: 0 }, { code: 0 }]);
});

test('-i - takes the first line of stdin as the id, and leaves the rest to the command', async () => {
  const workflow = service.newWorkflow();
  const args = ['run', '-w', workflow, '-i', '-', '--timeout', '1m', '--', 'cat'];
  const { code, stdout } = await warden(args, env, 'orders/ä b?.csv\r\nsecond\nthird').ended;
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 0, stdout: 'second\nthird' });
  expect((await service.read(workflow, 'orders/ä b?.csv')).json.state).toBe('completed');
  const nothing = await warden(args, env, '').ended;
  expect({ code: nothing.code, stdout: nothing.stdout.toString() }).toEqual({ code: 2, stdout: '' });
});

test('the command can close its stdout, and a reader that leaves ends it as without `warden run`', async () => {
  await runBoth(shell('echo out; exec >&-; exit 5'));
  const workflow = service.newWorkflow();
  const reads = 'set -o pipefail; "$0" "$@" -- yes | head -n 1';
  const run = [process.execPath, program, 'run', '-w', workflow, '-i', 'a', '--timeout', '1m'];
  const { code, stdout } = await new Execution(['bash', '-c', reads, ...run], env).ended;
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 141, stdout: 'y\n' });
  expect((await service.read(workflow, 'a')).json.failure).toMatchObject({
    reason: 'SIGPIPE',
    type: 'signal',
  });
});

test('the command can report steps and completes by its own run', async () => {
  const workflow = service.newWorkflow();
  const script = '"$0" "$1" step copied && "$0" "$1" extend 10m --json';
  const words = ['sh', '-c', script, process.execPath, program];
  const run = await warden(['run', '-w', workflow, '-i', 'ä/b', '--timeout', '1m', '--', ...words], env)
    .ended;
  expect(run.stderr.toString()).toBe('');
  expect(run.stdout.toString()).toMatch(/^ä\/b {2}reached copied, deadline .*\n\{.*"step":"copied".*\}\n$/);
  expect((await service.read(workflow, 'ä/b')).json.state).toBe('completed');
});

describe('while the warden cannot be reached', () => {
  const away = () => cleanEnvironment({ WARDEN_URL: 'http://127.0.0.1:9' });
  const command = (more: string[], ...words: string[]) => [
    ...['run', '-w', 'w', '-i', 'a', '--timeout', '1m', ...more, '--'],
    ...words,
  ];

  test('the command runs all the same, with one line on stderr', async () => {
    const run = await warden(command([], ...shell('echo out; exit 7')), away()).ended;
    expect(run.code).toBe(7);
    expect(run.stdout.toString()).toBe('out\n');
    expect(run.stderr.toString()).toMatch(/^warden: [^\n]+\n$/);
  });

  test('--require-watch keeps the command from starting', async () => {
    const run = await warden(command(['--require-watch'], ...shell('echo out')), away()).ended;
    expect(run.code).toBe(75);
    expect(run.stdout.toString()).toBe('');
  });
});

test.each([
  [['run', '-w', 'w', '--', 'true'], 'name the item with -i'],
  [['run', '-i', 'a', '--', 'true'], 'name the workflow with -w'],
  [['run', '-w', 'w', '-i', 'a', '--timeout', '3q', '--', 'true'], '--timeout must be'],
  [['run', '-w', 'w', '-i', 'a', '--data', '{', '--', 'true'], 'is not valid JSON'],
  [['run', '-w', 'w', '-i', 'a', '--tag', 'x', '--', 'true'], '--tag must be key=value'],
  [['run', '-w', 'w', '-i', ' a', '--', 'true'], 'must not begin or end with white space'],
])('%j is refused as usage', async (args, message) => {
  const { code, stderr } = await wardenCommand(service, args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
