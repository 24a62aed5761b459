import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const program = join(import.meta.dirname, '../../../dist/command-line/main.mjs');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'warden-compiled-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `env` is all that the program sees. */
const version = (env: NodeJS.ProcessEnv) => execFileSync(process.execPath, [program, '--version'], { env });

test('compiled code is kept in the folder of its user, and never where others can write', () => {
  const tmp = join(folder, 'tmp');
  const home = join(folder, 'home');
  version({ HOME: home, TMPDIR: tmp });
  expect(readdirSync(join(home, '.cache'))).toEqual(['process-warden']);
  version({ HOME: home, TMPDIR: tmp, XDG_CACHE_HOME: join(folder, 'chosen') });
  expect(readdirSync(join(folder, 'chosen'))).toEqual(['process-warden']);
  version({ TMPDIR: tmp });
  expect(existsSync(tmp)).toBe(false);
});
