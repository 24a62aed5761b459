import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openSpool, type SpoolOptions } from '../../../client/spool/open-spool.ts';
import type { Damage, Spool } from '../../../client/spool/spool.ts';
import { WardenError } from '../../../client/warden-error.ts';
import { accepted, problem, RecordingWarden, step } from '../support/recording-warden.ts';
import { filesOf } from '../support/spool-files.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

const url = 'http://localhost:8080';
const newFolder = temporaryFolders();
const opened: Spool[] = [];
afterEach(async () => {
  for (const spool of opened.splice(0)) await spool.close();
});

async function open(folder: string, options: Partial<SpoolOptions> = {}): Promise<Spool> {
  const spool = await openSpool(folder, { url, ...options });
  opened.push(spool);
  return spool;
}

describe('what is appended', () => {
  test('is delivered in order for each item, also after a restart, and then no longer kept', async () => {
    const folder = newFolder();
    const first = await open(folder);
    for (let n = 0; n < 5; n++) {
      await Promise.all([first.append('w', step('a', n)), first.append('w', step('b', n))]);
    }
    expect(first.size).toBe(10);
    await first.close();

    const warden = new RecordingWarden();
    const second = await open(folder);
    expect(second.size).toBe(10);
    expect(await second.deliver(warden.send)).toEqual({
      delivered: 10,
      refused: [],
      overdue: [],
      left: 0,
    });
    for (const item of ['a', 'b']) expect(warden.stepsOf(item)).toEqual(['0', '1', '2', '3', '4']);
    expect([second.size, filesOf(folder)]).toEqual([0, []]);
    expect((await second.deliver(warden.send)).delivered).toBe(0);
  });

  test('is sent as it was, whatever its data and id are, with its age', async () => {
    let time = 1_000_000;
    const spool = await open(newFolder(), { now: () => time });
    const operation = {
      op: 'register' as const,
      item: 'a/b ü"\\\u{1f600}',
      timeout: 'PT1H',
      data: { text: 'line\nline\u2028', list: [1, null, { deep: true }] },
    };
    await spool.append('w', operation);
    await spool.append('w', { op: 'complete', item: 'a', run: 'r' });
    time += 90_500;
    const warden = new RecordingWarden();
    await spool.deliver(warden.send);
    expect(warden.received.map((one) => one.operation)).toEqual([
      { ...operation, age: 90.5 },
      { op: 'complete', item: 'a', run: 'r' },
    ]);
  });

  test('has no negative age after the clock was set back, and keeps its order', async () => {
    let time = 1_000_000;
    const spool = await open(newFolder(), { now: () => time });
    await spool.append('w', step('a', 0));
    time -= 500_000;
    await spool.append('w', step('a', 1));
    const warden = new RecordingWarden();
    await spool.deliver(warden.send);
    expect(warden.received.map(({ operation }) => operation)).toEqual([
      { ...step('a', 0), age: 0 },
      { ...step('a', 1), age: 0 },
    ]);
  });

  test('goes in batches of up to 100 for each workflow', async () => {
    const spool = await open(newFolder());
    const appends = Array.from({ length: 450 }, (_, n) =>
      spool.append(n % 3 === 0 ? 'w' : 'v', step(`i${n}`, n)),
    );
    await Promise.all(appends);
    const warden = new RecordingWarden();
    await spool.deliver(warden.send);
    expect(warden.received).toHaveLength(450);
    expect(Math.max(...warden.batches)).toBe(100);
    expect(warden.batches.length).toBeLessThan(9);
  });

  test('is divided so that no batch has more bytes than one may have', async () => {
    const spool = await open(newFolder());
    const large = { op: 'progress' as const, data: 'x'.repeat(190_000) };
    for (let n = 0; n < 30; n++) await spool.append('w', { ...large, item: `i${n}` });
    const bytes: number[] = [];
    await spool.deliver(async (_, operations) => {
      bytes.push(Buffer.byteLength(JSON.stringify({ operations })));
      return operations.map(() => accepted);
    });
    expect(bytes.length).toBe(2);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(4 * 1024 * 1024);
  });

  test('is readable by its owner alone', async () => {
    const folder = join(newFolder(), 'new');
    const spool = await open(folder);
    await spool.append('w', step('a', 0));
    const warden = new RecordingWarden();
    warden.answer = () => problem(404);
    const [file = ''] = filesOf(folder);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
    await spool.deliver(warden.send);
    for (const left of filesOf(folder)) expect(statSync(left).mode & 0o777).toBe(0o600);
  });

  test('for one warden never reaches another one', async () => {
    const folder = newFolder();
    const production = await open(folder, { url: 'https://warden.example.com/' });
    await production.append('w', step('a', 0));
    const staging = await open(folder, { url: 'https://warden.example.com/staging' });
    const warden = new RecordingWarden();
    expect((await staging.deliver(warden.send)).delivered).toBe(0);
    const same = await open(folder, { url: 'https://user:secret@warden.example.com?x=1' });
    expect((await same.deliver(warden.send)).delivered).toBe(1);
    expect(filesOf(folder).join()).not.toContain('secret');
  });
});

describe('what is too much', () => {
  test('is refused with the numbers; what is kept stays', async () => {
    const spool = await open(newFolder(), { limits: { operations: 3, bytes: 10_000 } });
    const appends = [0, 1, 2, 3].map((n) => spool.append('w', step('a', n)));
    const [, , , last] = await Promise.allSettled(appends);
    expect(last).toMatchObject({ reason: { code: 'spool-full' } });
    expect(last).toHaveProperty(
      'reason.message',
      expect.stringContaining('3 operations are kept, and at most 3'),
    );
    const warden = new RecordingWarden();
    await spool.deliver(warden.send);
    expect(warden.stepsOf('a')).toEqual(['0', '1', '2']);
    await spool.append('w', step('a', 4));
  });

  test('counts what other processes have left', async () => {
    const folder = newFolder();
    const options = { limits: { operations: 9, bytes: 400 } };
    const first = await open(folder, options);
    await first.append('w', step('a', 'x'.repeat(200)));
    const second = await open(folder, options);
    const refused = second.append('w', step('b', 'y'.repeat(200)));
    await expect(refused).rejects.toMatchObject({
      code: 'spool-full',
      message: expect.stringContaining('at most 400'),
    });
    expect(second.size).toBe(1);
  });

  test('for a batch is refused at once', async () => {
    const spool = await open(newFolder());
    const refused = spool.append('w', { op: 'register', item: 'a', data: 'x'.repeat(4_200_000) });
    await expect(refused).rejects.toMatchObject({ code: 'body-too-large' });
    expect(spool.size).toBe(0);
  });
});

describe('a delivery', () => {
  test('ends when the warden cannot be reached, and keeps everything in order', async () => {
    const folder = newFolder();
    const spool = await open(folder);
    for (let n = 0; n < 250; n++) await spool.append('w', step(`i${n % 10}`, n));
    const warden = new RecordingWarden();
    const away = new WardenError('unreachable', 'away');
    warden.answer = () => {
      if (warden.received.length >= 120) throw away;
      return accepted;
    };
    const { delivered, left, error } = await spool.deliver(warden.send);
    expect([delivered + left, error]).toEqual([250, away]);
    expect(spool.size).toBe(left);
    warden.answer = () => accepted;
    expect(await (await open(folder)).deliver(warden.send)).toMatchObject({ delivered: left, left: 0 });
    for (let item = 0; item < 10; item++) {
      const steps = warden.stepsOf(`i${item}`).map(Number);
      // What was received before the throw in its batch is sent again.
      const inOrder = Array.from({ length: 25 }, (_, n) => n * 10 + item);
      expect([...new Set(steps)]).toEqual(inOrder);
    }
  });

  test('reports what is refused for good, keeps it in a file, and sends what follows', async () => {
    const folder = newFolder();
    const spool = await open(folder);
    await spool.append('w', { op: 'register', item: 'a', timeout: 60, data: 1 });
    await spool.append('w', step('a', 1));
    const warden = new RecordingWarden();
    const refusal = problem(409, 'other-run-waiting');
    warden.answer = ({ operation }) => (operation.op === 'register' ? refusal : accepted);
    const { refused, ...rest } = await spool.deliver(warden.send);
    expect(rest).toEqual({ delivered: 1, overdue: [], left: 0 });
    expect(refused).toEqual([
      { workflow: 'w', operation: { op: 'register', item: 'a', timeout: 60, data: 1 }, result: refusal },
    ]);
    const [file = ''] = filesOf(folder);
    expect(file).toMatch(/refused\.jsonl$/);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      workflow: 'w',
      operation: { item: 'a' },
      result: { status: 409 },
    });
    expect((await spool.deliver(warden.send)).refused).toEqual([]);
  });

  test.each([[400], [404], [409], [412], [413], [422]])(
    'refuses for good what is answered %i',
    async (status) => {
      const spool = await open(newFolder());
      await spool.append('w', step('a', 0));
      const warden = new RecordingWarden();
      warden.answer = () => problem(status);
      expect(await spool.deliver(warden.send)).toMatchObject({ refused: [{}], left: 0 });
    },
  );

  test.each([
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [408, 'unavailable'],
    [409, 'too-many-workflows'],
    [429, 'unavailable'],
    [500, 'internal-error'],
    [503, 'unavailable'],
  ])('keeps what is answered %i %s, and all that follows of the item', async (status, code) => {
    const spool = await open(newFolder());
    for (let n = 0; n < 150; n++) await spool.append('w', step('a', n));
    await spool.append('w', step('b', 0));
    const warden = new RecordingWarden();
    warden.answer = (one) =>
      one.item === 'a' && warden.stepsOf('a').length >= 50 ? problem(status, code) : accepted;
    expect(await spool.deliver(warden.send)).toMatchObject({ delivered: 51, refused: [], left: 100 });
    expect([spool.has('w', 'a'), spool.has('w', 'b')]).toEqual([true, false]);
    warden.received.length = 0;
    warden.answer = () => accepted;
    expect(await spool.deliver(warden.send)).toMatchObject({ delivered: 100, left: 0 });
    expect(warden.stepsOf('a').map(Number)).toEqual(Array.from({ length: 100 }, (_, n) => n + 50));
  });

  test('leaves out a workflow that the caller may not change, and delivers the others (P8)', async () => {
    const spool = await open(newFolder());
    for (const workflow of ['v', 'w', 'x']) await spool.append(workflow, step('a', workflow));
    const warden = new RecordingWarden();
    const forbidden = new WardenError('forbidden', 'no', {
      problem: { ...problem(403, 'forbidden') } as never,
    });
    warden.answer = ({ workflow }) => {
      if (workflow === 'w') throw forbidden;
      return accepted;
    };
    expect(await spool.deliver(warden.send)).toEqual({
      delivered: 2,
      refused: [],
      overdue: [],
      left: 1,
      error: forbidden,
    });
  });

  test('does not take a reply with too few results for one', async () => {
    const spool = await open(newFolder());
    await spool.append('w', step('a', 0));
    const { error, left } = await spool.deliver(async () => []);
    expect([String(error), left]).toEqual(['Error: the warden returned 0 results for 1 operations', 1]);
  });

  test('takes what is appended while it runs', async () => {
    const spool = await open(newFolder());
    await spool.append('w', step('a', 0));
    const warden = new RecordingWarden();
    let more: Promise<void> | undefined;
    warden.answer = () => {
      more ??= spool.append('w', step('a', 1));
      return accepted;
    };
    const { delivered } = await spool.deliver(warden.send);
    await more;
    const { delivered: later } = await spool.deliver(warden.send);
    expect([delivered + later, warden.stepsOf('a')]).toEqual([2, ['0', '1']]);
  });

  test('called twice is one delivery', async () => {
    const spool = await open(newFolder());
    await spool.append('w', step('a', 0));
    const warden = new RecordingWarden();
    const both = await Promise.all([spool.deliver(warden.send), spool.deliver(warden.send)]);
    expect(both.map(({ delivered }) => delivered)).toEqual([1, 1]);
    expect(warden.received).toHaveLength(1);
  });
});

describe('two processes', () => {
  test('deliver what the other has appended, in order of time for each item', async () => {
    const folder = newFolder();
    let time = 1_000;
    const [one, two] = [await open(folder, { now: () => time++ }), await open(folder, { now: () => time++ })];
    for (let n = 0; n < 6; n++) await (n % 2 === 0 ? one : two).append('w', step('a', n));
    const warden = new RecordingWarden();
    expect(await two.deliver(warden.send)).toMatchObject({ delivered: 6, left: 0 });
    expect(warden.stepsOf('a')).toEqual(['0', '1', '2', '3', '4', '5']);
    // The first notices that its file was taken.
    expect(one.has('w', 'a')).toBe(true);
    await one.append('w', step('a', 6));
    expect(await one.deliver(warden.send)).toMatchObject({ delivered: 1, left: 0 });
    expect([one.has('w', 'a'), one.size]).toEqual([false, 0]);
  });

  test('do not deliver at the same time', async () => {
    const folder = newFolder();
    const [one, two] = [await open(folder), await open(folder)];
    await one.append('w', step('a', 0));
    const warden = new RecordingWarden();
    const during = Promise.withResolvers<unknown>();
    await one.deliver(async (workflow, operations) => {
      await two.deliver(warden.send).then(during.resolve, during.reject);
      return warden.send(workflow, operations);
    });
    expect(await during.promise).toMatchObject({ delivered: 0, isBusy: true });
    expect(warden.received).toHaveLength(1);
  });
});

describe('damage', () => {
  test('costs the damaged operation only, is reported once with its place, and is kept in a file', async () => {
    const folder = newFolder();
    const spool = await open(folder);
    for (let n = 0; n < 5; n++) await spool.append('w', step('a', n));
    const [file = ''] = filesOf(folder);
    const bytes = readFileSync(file);
    const line = bytes.length / 5;
    bytes[Math.floor(2.5 * line)] = 0;
    writeFileSync(file, bytes.subarray(0, bytes.length - 7));
    const damages: Damage[] = [];
    const next = await open(folder, { onDamaged: (damage) => damages.push(damage) });
    const warden = new RecordingWarden();
    expect(await next.deliver(warden.send)).toMatchObject({ delivered: 3, left: 0 });
    expect(warden.stepsOf('a')).toEqual(['0', '1', '3']);
    const [aside = ''] = filesOf(folder, '.damaged');
    expect(damages).toEqual([
      { file: aside, position: 2 * line, bytes: line },
      { file: aside, position: 4 * line, bytes: line - 7 },
    ]);
    expect(readFileSync(aside).subarray(2 * line, 3 * line)).toEqual(bytes.subarray(2 * line, 3 * line));
    await next.deliver(warden.send);
    expect(damages).toHaveLength(2);
  });

  test('is a warning of the process if nobody asked for it', async () => {
    const folder = newFolder();
    const spool = await open(folder);
    await spool.append('w', step('a', 0));
    writeFileSync(filesOf(folder)[0] ?? '', '12 abc');
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    await spool.deliver(new RecordingWarden().send);
    const warning = await warned;
    expect(warning.message).toMatch(/^6 bytes from byte 0 of .+\.damaged are damaged/);
    expect(warning).toHaveProperty('code', 'WARDEN_SPOOL_DAMAGED');
  });
});

describe('a folder', () => {
  test('that was removed is created again', async () => {
    const folder = newFolder();
    const spool = await open(folder);
    await spool.append('w', step('a', 0));
    rmSync(folder, { recursive: true });
    await spool.append('w', step('a', 1));
    const warden = new RecordingWarden();
    await spool.deliver(warden.send);
    expect(warden.stepsOf('a')).toEqual(['1']);
  });

  test('that cannot be used is an error with its path', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'file'), '');
    const failed = open(join(folder, 'file'));
    await expect(failed).rejects.toMatchObject({
      code: 'spool-failed',
      message: expect.stringContaining(folder),
    });
  });

  // Root may write everywhere.
  test.runIf(process.getuid?.() !== 0)('that may not be written fails the append', async () => {
    const folder = newFolder();
    const spool = await open(folder);
    const [inner = ''] = [join(folder, encodeURIComponent(url))];
    chmodSync(inner, 0o500);
    await expect(spool.append('w', step('a', 0))).rejects.toMatchObject({ code: 'spool-failed' });
    chmodSync(inner, 0o700);
    expect(spool.size).toBe(0);
  });
});
