import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const requirements = join(import.meta.dirname, 'requirements.txt');
const cache = join(import.meta.dirname, '../../../node_modules/.cache/ministack');
/** Newest first. MiniStack needs Python 3.10. */
const pythons = ['python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3'];
const oldestPython = '3.10';
/** Far longer than a download takes, so that a registry that hangs does not hang CI. */
const timeout = 300_000;

/**
 * The Python of a virtual environment that has the versions in requirements.txt, each with a known hash. Other versions
 * get a folder of their own. Throws if there is no Python, or the packages cannot be installed.
 */
export async function installMinistack(say: (line: string) => void): Promise<string> {
  const text = readFileSync(requirements, 'utf8');
  const version = /^ministack==(\S+)/m.exec(text)?.[1];
  const folder = join(cache, createHash('sha256').update(text).digest('hex').slice(0, 16));
  const python = join(folder, 'bin/python');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) {
    say(`MiniStack ${version} is installed already`);
    return python;
  }
  const started = performance.now();
  await run(await findPython(), ['-m', 'venv', '--clear', folder], { timeout });
  const options = ['--quiet', '--disable-pip-version-check', '--require-hashes', '--no-deps'];
  await run(python, ['-m', 'pip', 'install', ...options, '--only-binary=:all:', '-r', requirements], {
    timeout,
  });
  await writeFile(complete, '');
  say(`MiniStack ${version}: installed in ${Math.round((performance.now() - started) / 1000)} s`);
  return python;
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
