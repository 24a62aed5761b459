import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The runtime of an engine: its name and version on this machine, or why there is none that will do. */
export type Runtime = { version: string } | { missing: string };

export async function java(): Promise<Runtime> {
  const text = await output('java', ['-version']);
  const version = /version "([^"]+)"/.exec(text ?? '')?.[1];
  if (!version) return { missing: 'no java on PATH' };
  // Before 9 the first number was always 1, which is also older.
  if (Number.parseInt(version, 10) < 17) return { missing: `java ${version} is older than 17` };
  return { version: `java ${version}` };
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
