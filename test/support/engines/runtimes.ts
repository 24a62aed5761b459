import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The runtime of an engine: its name and version on this machine, or why no suitable one is there. */
export type Runtime = { version: string } | { missing: string };

export async function java(): Promise<Runtime> {
  const text = await output('java', ['-version']);
  const version = /version "([^"]+)"/.exec(text ?? '')?.[1];
  if (!version) return { missing: 'no java on PATH' };
  // Before 9 the first number was always 1, which is also older.
  if (Number.parseInt(version, 10) < 17) return { missing: `java ${version} is older than 17` };
  return { version: `java ${version}` };
}

export type Python = { version: string; file: string } | { missing: string };

let found: Promise<Python> | undefined;

/**
 * What the Python client needs. `file` is the interpreter itself: on PATH there may be the shim of a version manager, which
 * takes several times as long to start. Asked once for all tests of a process.
 */
export function python(): Promise<Python> {
  found ??= findPython();
  return found;
}

async function findPython(): Promise<Python> {
  const text = await output('python3', ['-c', 'import sys; print(sys.version.split()[0], sys.executable)']);
  const [, version, major, minor, file] = /^((\d+)\.(\d+)\S*) (\S.*)$/m.exec(text ?? '') ?? [];
  if (!version || !file) return { missing: 'no python3 on PATH' };
  if (Number(major) < 3 || (Number(major) === 3 && Number(minor) < 9))
    return { missing: `python3 ${version} is older than 3.9` };
  return { version: `python3 ${version}`, file };
}

/** The output of the command; undefined if it does not exist or fails. */
async function output(command: string, args: string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(command, args, { timeout: 20_000 });
    return stdout + stderr;
  } catch {
    return undefined;
  }
}
