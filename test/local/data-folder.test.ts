import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeDataFolder } from '../../local/data-folder.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'warden-data-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('security M9: a new data folder is for its owner only, whatever the umask says', () => {
  const umask = process.umask(0o022);
  onTestFinished(() => {
    process.umask(umask);
  });
  const path = join(folder(), 'new', 'data');
  expect(makeDataFolder(path)).toBe(false);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(makeDataFolder(path)).toBe(false);
});

test.each([0o755, 0o750, 0o701])('security M9: a folder of mode %o is told of and left as it is', (mode) => {
  const path = join(folder(), 'data');
  mkdirSync(path);
  chmodSync(path, mode);
  expect(makeDataFolder(path)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(mode);
});
