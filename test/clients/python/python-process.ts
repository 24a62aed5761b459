import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { python } from '../../support/engines/runtimes.ts';

export const pythonClient = join(import.meta.dirname, '../../../clients/python');

/** Why the Python client cannot be tested here, which is then printed; undefined if it can. */
export async function whyUntested(): Promise<string | undefined> {
  const runtime = await python();
  if ('version' in runtime) return undefined;
  process.stdout.write(`the Python client is not tested: ${runtime.missing}\n`);
  return runtime.missing;
}

/** Runs Python with all warnings as errors and without writing caches. Its output and its exit code. */
export function runPython(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; output: string }>();
  const options = {
    cwd: pythonClient,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PYTHONPATH: '.',
      PYTHONDONTWRITEBYTECODE: '1',
      ...env,
    },
  };
  execFile('python3', ['-W', 'error', ...args], options, (error, stdout, stderr) => {
    resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, output: stdout + stderr });
  });
  return promise;
}
