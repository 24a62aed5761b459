import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fault of a kind that a person could make. */
export interface Planted {
  /** The promise that it breaks, and how. */
  name: string;
  file: string;
  /** Text that is exactly once in the file. */
  from: string;
  to: string;
}

const root = join(import.meta.dirname, '../..');

/**
 * A copy of everything that git would keep, changed or not, and of the installed packages, in which code can be broken.
 * It is removed when the process ends.
 */
export function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'warden-mutations-'));
  process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
  const { stdout } = spawnSync('git', ['ls-files', '-coz', '--exclude-standard'], { cwd: root });
  for (const path of stdout.toString().split('\0').filter(Boolean))
    cpSync(join(root, path), join(copy, path));
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '.vitest') symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  }
  return copy;
}

/** Does the work while the fault is in the copy. Throws if its text is not exactly once in its file. */
export async function whilePlanted<Result>(
  copy: string,
  { name, file, from, to }: Planted,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) throw new Error(`${name}: "${from}" is not exactly once in ${file}`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  try {
    return await work();
  } finally {
    writeFileSync(path, source);
  }
}
