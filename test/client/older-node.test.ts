import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';
import { cleanEnvironment, program } from './command-line/support/execute.ts';

/*
 * What runs on the Node of users: the types know no more than Node 22.13 has (tsconfig.json), and here the package runs on the
 * oldest Node on PATH that it supports, if that is older than the one of the tests.
 */

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const least = numberOf('20.16');
const found = await nodesOnPath();
const oldest = found.find(
  ({ version }) => version >= least && version < numberOf(process.versions.node),
)?.file;
const tooOld = found.find(({ version }) => version < least)?.file;
if (oldest === undefined)
  process.stdout.write('the package is tried on no older Node: there is none from 20.16 on in PATH\n');

/** Every Node on PATH, the oldest first. */
async function nodesOnPath(): Promise<{ version: number; file: string }[]> {
  const files = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  const versions = await Promise.all(
    files.map((file) =>
      run(file, ['-p', 'process.versions.node']).then(
        ({ stdout }) => ({ version: numberOf(stdout), file }),
        () => undefined,
      ),
    ),
  );
  return versions.filter((one) => one !== undefined).toSorted((a, b) => a.version - b.version);
}

/** "20.16.0" as 20016. */
function numberOf(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1_000 + minor;
}

test('no regular expression has a name twice, which Node 22 does not parse', () => {
  const twice = globSync('{client,core,local,functions,lib}/**/*.ts', { cwd: root }).filter((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .some((line) => /\(\?<([A-Za-z]\w*)>.*\(\?<\1>/.test(line)),
  );
  expect(twice).toEqual([]);
});

test('a Node without getBuiltinModule, as before 20.16, is refused with the version that is needed', async () => {
  const env = cleanEnvironment();
  const refused = {
    code: 1,
    stderr: expect.stringMatching(/^warden: Node 20\.16 or later is needed; this is v\d/),
  };
  const without = ['--import', 'data:text/javascript,process.getBuiltinModule=undefined'];
  await expect(run(process.execPath, [...without, program, '--help'], { env })).rejects.toMatchObject(
    refused,
  );
  if (tooOld !== undefined) {
    await expect(run(tooOld, [program, '--help'], { env })).rejects.toMatchObject(refused);
  }
});

describe.skipIf(oldest === undefined)('on an older Node', () => {
  let warden: EmbeddedWarden;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    warden = await startWarden();
    env = cleanEnvironment({ WARDEN_URL: warden.url });
    await warden.register('uploads', 'a', { timeout: 900, data: { size: 1e21 } });
    await warden.register('uploads', 'lost', { timeout: 900 });
    await warden.progress('uploads', 'lost', { failed: { reason: 'disk full' } });
    await warden.pass(5_000);
  });
  afterAll(() => warden.close());

  test.each(
    [
      ['workflows'],
      ['incidents'],
      ['incidents', 'show', 'uploads'],
      ['show', 'uploads', 'a'],
      ['list', 'uploads'],
      ['register', '-w', 'uploads', '-i', 'b', '--timeout', '1h30m'],
      ['extend', '2h', '-w', 'uploads', '-i', 'b'],
      ['complete', '-w', 'uploads', '-i', 'b'],
      ['run', '-w', 'uploads', '-i', 'c', '--timeout', '30m', '--', 'echo', 'done'],
      ['redrive', 'uploads', '--dry-run'],
      ['settings', 'uploads'],
    ].map((words) => [words.join(' '), words] as const),
  )('`warden %s`', async (_, words) => {
    await expect(run(oldest ?? '', [program, ...words], { env })).resolves.toMatchObject({ stderr: '' });
  });

  test('data is sent as it is, or refused if this Node would round its numbers', async () => {
    const register = (item: string, data: string) =>
      run(
        oldest ?? '',
        [program, 'register', '-w', 'uploads', '-i', item, '--timeout', '15m', '--data', data],
        { env },
      );
    const { stdout } = await run(oldest ?? '', ['-p', 'JSON.rawJSON !== undefined']);
    const exact = '{"text":"1e400","n":[0.1,1e21]}';
    await register('exact', exact);
    expect((await warden.read('uploads', 'exact')).json.data).toEqual(JSON.parse(exact));
    for (const data of ['{"n":12345678901234567890}', '1e400']) {
      const item = `n${data.length}`;
      if (stdout.trim() === 'true') {
        await register(item, data);
      } else {
        const stderr = expect.stringMatching(/the data of --data has a number .*\n.*Use Node 22 or later/);
        await expect(register(item, data)).rejects.toMatchObject({ code: 2, stderr });
        expect((await warden.read('uploads', item)).status).toBe(404);
      }
    }
  });

  test('the client, with a spool', async () => {
    const script = `
      import { createClient } from '${join(root, 'dist/client/client.js')}';
      import { openSpool } from '${join(root, 'dist/client/spool/open-spool.js')}';
      const url = '${warden.url}';
      const client = createClient({ url, spool: await openSpool(process.env.HOME + '/spool', { url }) });
      console.log(await client.watch('uploads', 'd', { timeout: 60 }, () => 'done'));
      for await (const { item } of client.list('uploads', { state: 'completed' })) console.log(item);
      await client.close();`;
    const { stdout } = await run(oldest ?? '', ['--input-type=module', '-e', script], { env });
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['done', 'd']));
  });
});
