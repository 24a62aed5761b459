import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What an engine runs on: its name and version on this machine, or why there is none that will do. */
export type Runtime = { version: string } | { missing: string };

export async function java(): Promise<Runtime> {
  const text = await output('java', ['-version']);
  const version = /version "([^"]+)"/.exec(text ?? '')?.[1];
  if (!version) return { missing: 'no java on PATH' };
  // Before 9 the first number was always 1, which is older as well.
  if (Number.parseInt(version, 10) < 17) return { missing: `java ${version} is older than 17` };
  return { version: `java ${version}` };
}

export async function python(): Promise<Runtime> {
  const version = (await output('python3', ['-c', 'import sys; print(sys.version.split()[0])']))?.trim();
  if (!version) return { missing: 'no python3 on PATH' };
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major < 3 || (major === 3 && minor < 10)) return { missing: `python ${version} is older than 3.10` };
  // Debian's python has venv but not, without its package python3-venv, the pip that goes into one.
  if ((await output('python3', ['-c', 'import venv, ensurepip'])) === undefined) {
    return { missing: `python ${version} has no venv` };
  }
  return { version: `python ${version}` };
}

/** What the command prints. Undefined when it is not there or fails. */
async function output(command: string, args: string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(command, args, { timeout: 20_000 });
    return stdout + stderr;
  } catch {
    return undefined;
  }
}
