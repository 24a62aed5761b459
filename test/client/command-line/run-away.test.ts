import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSpool } from '../../../client/spool/open-spool.ts';
import { BrokenProxy } from '../../support/broken-proxy.ts';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { cleanEnvironment, warden } from './support/execute.ts';

/* The warden is away before, during and after a run of `warden run`: the command notices nothing, and nothing is lost. */

let service: EmbeddedWarden;
let proxy: BrokenProxy;
let env: NodeJS.ProcessEnv;
let workflow: string;
beforeAll(async () => {
  service = await startWarden();
});
afterAll(() => service.close());
beforeEach(async () => {
  proxy = await BrokenProxy.start(service.url);
  env = cleanEnvironment({ WARDEN_URL: proxy.url });
  workflow = service.newWorkflow();
});
afterEach(() => proxy.away());

const state = async (item: string) => (await service.read(workflow, item)).json;
const run = (item: string, script: string) =>
  warden(['run', '-w', workflow, '-i', item, '--timeout', '1m', '--', 'sh', '-c', script], env);
/** One line that names the report that is sent later. */
const saysLater = (what: string) =>
  new RegExp(`^warden: [^\\n]+; the next \`warden run\` or \`warden flush\` sends the ${what}[^\\n]*\\n$`);

test.each([
  ['completion', 'exit 0', 0, { state: 'completed', attempt: 1, completion: { outcome: 'on-time' } }],
  ['failure', 'exit 3', 3, { state: 'failed', attempt: 1, failure: { reason: 'exit 3' } }],
])('away at the end of a run: `warden flush` delivers the %s', async (what, end, code, delivered) => {
  const running = run('a', `echo ready; read line; ${end}`);
  await running.printed('ready');
  await proxy.away();
  running.child.stdin?.end('\n');
  const ended = await running.ended;
  expect(ended.code).toBe(code);
  expect(ended.stderr.toString()).toMatch(saysLater(what));
  expect(await state('a')).toMatchObject({ state: 'waiting' });

  const refused = await warden(['flush'], env).ended;
  expect(refused.code).toBe(75);
  await proxy.back();
  const flushed = await warden(['flush', '--json'], env).ended;
  expect(JSON.parse(flushed.stdout.toString())).toEqual({ delivered: 1, refused: 0, overdue: 0, left: 0 });
  expect(await state('a')).toMatchObject(delivered);
});

test('`warden flush` names the items whose registrations come after their deadlines', async () => {
  const spool = await openSpool(join(env.HOME ?? '', '.local/state/process-warden'), {
    url: proxy.url,
    now: () => Date.now() - 600_000,
  });
  await spool.append(workflow, { op: 'register', item: 'late', timeout: 60 });
  await spool.append(workflow, { op: 'register', item: 'in time', timeout: 3_600 });
  await spool.close();
  const { code, stdout, stderr } = await warden(['flush', '--json'], env).ended;
  expect(JSON.parse(stdout.toString())).toEqual({ delivered: 2, refused: 0, overdue: 1, left: 0 });
  expect(stderr.toString()).toBe(`warden: ${workflow} late: it was registered after its deadline\n`);
  expect(code).toBe(0);
});

test('away from before the start to after the end: the next `warden run` delivers the whole run first', async () => {
  await proxy.away();
  const ended = await run('a', 'echo out; exit 4').ended;
  expect({ code: ended.code, stdout: ended.stdout.toString() }).toEqual({ code: 4, stdout: 'out\n' });
  await proxy.back();
  // A call on the same item: kept calls must not overtake it.
  expect((await run('a', 'exit 0').ended).stderr.toString()).toBe('');
  expect(await state('a')).toMatchObject({ state: 'completed', attempt: 2 });
  const events = (await service.events(workflow)).map(({ event, attempt }) => ({ event, attempt }));
  expect(events).toContainEqual({ event: 'item.failed', attempt: 1 });
});

test('away at the start and back before the end: the run itself delivers both', async () => {
  await proxy.away();
  const running = run('a', 'echo ready; read line');
  await running.printed('ready');
  await proxy.back();
  running.child.stdin?.end('\n');
  expect((await running.ended).stderr.toString()).toMatch(/^warden: [^\n]+\n$/);
  expect(await state('a')).toMatchObject({ state: 'completed', attempt: 1 });
});

test('away during the run only: nothing is said and nothing is missing', async () => {
  const running = run('a', 'echo ready; read line');
  await running.printed('ready');
  await proxy.away();
  await proxy.back();
  running.child.stdin?.end('\n');
  const { code, stderr } = await running.ended;
  expect({ code, stderr: stderr.toString() }).toEqual({ code: 0, stderr: '' });
  expect(await state('a')).toMatchObject({ state: 'completed', attempt: 1 });
});

test('a warden that accepts connections and returns nothing holds the command up for 3 s at most', async () => {
  proxy.draw = () => 'half-open';
  const started = performance.now();
  const running = run('a', 'echo ready; read line');
  await running.printed('ready');
  // Two tries of 1.5 s, and the start of two processes on a busy machine.
  expect(performance.now() - started).toBeLessThan(10_000);
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(143);
});
