// Real processes: how the service starts, what prevents its start, and how it stops.
import { cpSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { describe, expect } from 'vitest';
import { tried } from '../support/tried-faults.ts';
import { type Laptop, test } from './support/laptop.ts';
import { until } from './support/until.ts';

/** The process must have printed one line that matches, and nothing else. */
function expectOneLine(ended: Awaited<ReturnType<Laptop['run']>>, line: RegExp): void {
  expect(ended).toEqual({ code: 1, signal: null, stdout: '', stderr: expect.stringMatching(/^[^\n]+\n$/) });
  expect(ended.stderr).toMatch(line);
}

describe('flags', () => {
  test('each have a variable in the environment', async ({ laptop }) => {
    const webhook = await laptop.webhook();
    const data = laptop.folder();
    const { process, url, port, caller } = await laptop.start({
      data,
      args: [],
      env: {
        WARDEN_PORT: '1',
        WARDEN_DATA: '/dev/null',
        WARDEN_HOST: 'localhost',
        WARDEN_WEBHOOK: webhook.url,
      },
    });
    // The flags --port and --data, which startLocal adds, have precedence.
    expect(port).toBeGreaterThan(1);
    expect(process.stdout).toContain(`keeps its data in ${data}`);
    expect(url).toBe(`http://localhost:${port}`);
    await caller.register('upload', 'a', { timeout: 1 });
    await until('post', 8_000, () => webhook.taken[0]);
    expect(process.stderr).toBe('');
    await process.kill();

    const again = await laptop.start({
      env: { WARDEN_PORT: `${port}`, WARDEN_DATA: data, WARDEN_VERBOSE: 'true' },
    });
    expect(again.port).toBe(port);
    expect((await again.caller.read('upload', 'a')).status).toBe(200);
    await until('log', 2_000, () => again.process.stderr.includes('"operation":"read"'));
  });

  test('a wrong value is refused in one line that says what is allowed', async ({ laptop }) => {
    expectOneLine(await laptop.run(['--port', 'abc']), /'--port <number>'.*whole number from 0 to 65535/);
  });
});

describe('a start that is impossible is explained in one line', () => {
  test('a port in use', async ({ laptop }) => {
    const { port } = await takenPort(laptop);
    const ended = await laptop.run(['--port', `${port}`, '--data', laptop.folder()]);
    expectOneLine(ended, new RegExp(`port ${port} on 127.0.0.1 is in use; .*--port`));
  });

  test('an address of another machine', async ({ laptop }) => {
    const ended = await laptop.run([
      '--port',
      '0',
      '--host',
      '192.0.2.1',
      '--auth',
      '--data',
      laptop.folder(),
    ]);
    expectOneLine(ended, /no address 192\.0\.2\.1; .*--host/);
  });

  test.runIf(process.platform === 'linux')('a path where no folder can be', async ({ laptop }) => {
    const folder = laptop.folder();
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    // Not even root can create a folder in /proc or /sys.
    const link = join(folder, 'link');
    symlinkSync(join(folder, 'not-mounted/data'), link);
    const paths = [file, link, join(file, 'under'), '/proc/warden', '/sys/warden'];
    await pLimit(2).map(paths, async (path) =>
      expectOneLine(
        await laptop.run(['--port', '0', '--data', path]),
        new RegExp(`cannot write to the folder ${path} \\(E[A-Z]+\\); choose another folder with --data`),
      ),
    );
  });

  test('a folder in use by another process, which continues; and a damaged file', async ({ laptop }) => {
    const good = laptop.folder();
    const { process, caller } = await laptop.start({ data: good });
    expectOneLine(
      await laptop.run(['--port', '0', '--data', good]),
      /is in use by another process; .*--data/,
    );
    expect(await caller.request('GET', '/v1/health')).toMatchObject({
      status: 200,
      json: { status: 'ok' },
    });
    await caller.register('upload', 'a', { timeout: 3_600, data: 'x'.repeat(10_000) });
    await process.stop('SIGINT');
    const garbage = 'not what was here\n'.repeat(500);
    const replace = (file: string) => {
      rmSync(file, { recursive: true });
      return file;
    };
    const damages: Record<string, (folder: string) => void> = {
      'schedules is garbage': (at) => writeFileSync(join(at, 'schedules.db'), garbage),
      'schedules is cut': (at) => truncateSync(join(at, 'schedules.db'), 5_000),
      'schedules is a folder': (at) => mkdirSync(replace(join(at, 'schedules.db'))),
      'messages is garbage': (at) => writeFileSync(join(at, 'messages/fauxqs.db'), garbage),
      'messages is cut': (at) => truncateSync(join(at, 'messages/fauxqs.db'), 5_000),
      'messages is a file': (at) => writeFileSync(replace(join(at, 'messages')), garbage),
      'CURRENT is garbage': (at) => writeFileSync(join(at, 'tables/CURRENT'), garbage),
      'CURRENT names nothing': (at) => writeFileSync(join(at, 'tables/CURRENT'), 'MANIFEST-999999\n'),
      'MANIFEST is garbage': (at) => {
        writeFileSync(join(at, 'tables/MANIFEST-000001'), garbage);
        writeFileSync(join(at, 'tables/CURRENT'), 'MANIFEST-000001\n');
      },
      'tables is a file': (at) => writeFileSync(replace(join(at, 'tables')), garbage),
      'the mark is a folder': (at) => mkdirSync(join(at, 'running')),
    };
    const folder = laptop.folder();
    await pLimit(2).map(tried(Object.entries(damages)), async ([name, damage]) => {
      const data = join(folder, name);
      cpSync(good, data, { recursive: true });
      damage(data);
      const ended = await laptop.run(['--port', '0', '--data', data]);
      expectOneLine(
        ended,
        new RegExp(
          `the folder ${data} .*; (restore it, or move it away to start with an empty one|.*choose another folder with --data)\\n$`,
        ),
      );
    });
  });
});

async function takenPort(laptop: Laptop): Promise<{ port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  laptop.atEnd(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address;
}
