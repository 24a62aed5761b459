import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWarden } from '../../support/start-warden.ts';
import { bearer, makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { cleanEnvironment, warden } from './support/execute.ts';

/* `warden run` with a warden that wants tokens: where address and token come from, and what it does without. */

let service: EmbeddedWarden;
let token: string;
let reader: string;
beforeAll(async () => {
  service = await startWarden({ auth: true });
  ({ token } = await makeToken(service, { scopes: ['ingest'] }));
  ({ token: reader } = await makeToken(service, { scopes: ['read'] }));
});
afterAll(() => service.close());

const words = (workflow: string, ...more: string[]) => [
  'run',
  '-w',
  workflow,
  '-i',
  'a',
  '--timeout',
  '1m',
  ...more,
];
const command = ['--', 'sh', '-c', 'echo out; exit 7'];

const read = async (workflow: string) =>
  (await service.request('GET', service.itemPath(workflow, 'a'), { headers: bearer(reader) })).json;

/** An environment whose configuration file has two profiles, with their tokens in files. */
function withProfiles(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env = cleanEnvironment(more);
  const folder = join(env.HOME ?? '', '.config/process-warden');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'bad'), 'pw_wrong', { mode: 0o600 });
  const profiles = {
    good: { url: service.url, tokenFile: 'token' },
    other: { url: service.url, tokenFile: '~/.config/process-warden/bad' },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ default: 'good', profiles }));
  return env;
}

test.each([
  ['WARDEN_TOKEN', [], () => cleanEnvironment({ WARDEN_URL: service.url, WARDEN_TOKEN: token })],
  ['the default profile', [], () => withProfiles()],
  ['--profile', ['--profile', 'good'], () => withProfiles({ WARDEN_URL: 'http://127.0.0.1:9' })],
  ['WARDEN_PROFILE', [], () => withProfiles({ WARDEN_PROFILE: 'good' })],
])('the token of %s is used, and the command sees no token of a file', async (_, options, environment) => {
  const workflow = service.newWorkflow();
  const script = 'env | grep ^WARDEN_ | cut -d= -f1 | sort | tr "\\n" " "; exit 7';
  const env = environment();
  const { code, stdout, stderr } = await warden(
    [...words(workflow, ...options), '--', 'sh', '-c', script],
    env,
  ).ended;
  expect({ code, stderr: stderr.toString() }).toEqual({ code: 7, stderr: '' });
  const names = env.WARDEN_TOKEN === undefined ? 'WARDEN_TOKEN_FILE' : 'WARDEN_TOKEN';
  expect(stdout.toString()).toContain(`WARDEN_RUN ${names} WARDEN_URL WARDEN_WORKFLOW`);
  expect(await read(workflow)).toMatchObject({ failure: { reason: 'exit 7' } });
});

test('a token file that others can read is used, and named on standard error', async () => {
  const env = cleanEnvironment({ WARDEN_URL: service.url });
  const file = join(env.HOME ?? '', 'token');
  writeFileSync(file, token, { mode: 0o644 });
  const workflow = service.newWorkflow();
  const { code, stderr } = await warden([...words(workflow, '--token-file', file), ...command], env).ended;
  expect(code).toBe(7);
  expect(stderr.toString()).toBe(`warden: others can read the token in ${file} (mode 0644); chmod 600 it\n`);
  expect((await read(workflow)).state).toBe('failed');
});

describe('a token that the warden refuses', () => {
  const refused = () => cleanEnvironment({ WARDEN_URL: service.url, WARDEN_TOKEN: 'pw_wrong' });

  test('does not keep the command from running, and one line says what to do', async () => {
    const { code, stdout, stderr } = await warden([...words('w'), ...command], refused()).ended;
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 7, stdout: 'out\n' });
    expect(stderr.toString()).toMatch(
      /^warden: [^\n]+; the command runs and is not watched\. The token of WARDEN_TOKEN is unknown[^\n]+\n$/,
    );
  });

  test('keeps it from starting with --require-watch', async () => {
    const { code, stdout } = await warden([...words('w', '--require-watch'), ...command], refused()).ended;
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 4, stdout: '' });
  });

  test('of a profile is named by the profile', async () => {
    const { code, stderr } = await warden([...words('w', '--profile', 'other'), ...command], withProfiles())
      .ended;
    expect(code).toBe(7);
    expect(stderr.toString()).toContain('The token of profile other is unknown');
  });
});

test.each([
  ['a profile that is not there', ['--profile', 'nowhere'], 'has good, other'],
  ['a token file that is not there', ['--token-file', '/nowhere'], '(ENOENT)'],
])('%s does not keep the command from running', async (_, options, says) => {
  const { code, stdout, stderr } = await warden([...words('w', ...options), ...command], withProfiles())
    .ended;
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 7, stdout: 'out\n' });
  expect(stderr.toString()).toMatch(/^warden: [^\n]+\n$/);
  expect(stderr.toString()).toContain(says === '(ENOENT)' ? says : 'there is no profile "nowhere"');
});

test('a folder in which nothing can be kept is said, and does not keep the command from running', async () => {
  const env = cleanEnvironment({ WARDEN_URL: service.url, WARDEN_TOKEN: token });
  const file = join(env.HOME ?? '', 'file');
  writeFileSync(file, '');
  const workflow = service.newWorkflow();
  const run = await warden([...words(workflow), ...command], { ...env, WARDEN_SPOOL: join(file, 'spool') })
    .ended;
  expect({ code: run.code, stdout: run.stdout.toString() }).toEqual({ code: 7, stdout: 'out\n' });
  expect(run.stderr.toString()).toMatch(/^warden: [^\n]*ENOTDIR[^\n]*\n$/);
  expect((await read(workflow)).state).toBe('failed');
});

test('nothing is written where nothing has to be kept', async () => {
  const env = cleanEnvironment({ WARDEN_URL: service.url, WARDEN_TOKEN: token });
  await warden([...words(service.newWorkflow()), '--', 'true'], env).ended;
  expect(readdirSync(env.HOME ?? '')).toEqual([]);
});
