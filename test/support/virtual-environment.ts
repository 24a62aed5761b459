import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const cache = join(import.meta.dirname, '../../node_modules/.cache');
/** Newest first. MiniStack needs Python 3.10. */
const pythons = ['python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3'];
const oldestPython = '3.10';
/** Far longer than a download takes, so that a registry that hangs does not hang CI. */
const timeout = 300_000;

export interface VirtualEnvironment {
  /** The path of its Python. */
  python: string;
  /** How long the installation took; undefined if it was there already. */
  installedInMs?: number;
}

/**
 * A virtual environment of Python under node_modules/.cache, with the packages in a file of requirements. It is made when
 * it is asked for first. Other versions get a folder of their own. Throws if there is no Python, or the packages cannot be
 * installed.
 *
 * @param requirements the path of the file
 * @param options further options of `pip install`
 */
export async function virtualEnvironment(
  name: string,
  requirements: string,
  options: readonly string[] = [],
): Promise<VirtualEnvironment> {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const folder = join(cache, name, hash);
  const python = join(folder, 'bin/python');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return { python };
  const started = performance.now();
  await run(await findPython(), ['-m', 'venv', '--clear', folder], { timeout });
  const all = ['--quiet', '--disable-pip-version-check', '--only-binary=:all:', ...options];
  await run(python, ['-m', 'pip', 'install', ...all, '-r', requirements], { timeout });
  await writeFile(complete, '');
  return { python, installedInMs: performance.now() - started };
}

async function findPython(): Promise<string> {
  const [major, minor] = oldestPython.split('.');
  const isNewEnough = `import sys, venv; sys.exit(sys.version_info < (${major}, ${minor}))`;
  for (const name of pythons) {
    const found = await run(name, ['-c', isNewEnough], { timeout }).then(
      () => true,
      () => false,
    );
    if (found) return name;
  }
  throw new Error(`there is no Python ${oldestPython} or later with venv on the PATH`);
}
