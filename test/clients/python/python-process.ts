import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { python } from '../../support/engines/runtimes.ts';

export const pythonClient = join(import.meta.dirname, '../../../clients/python');

/** The interpreter, for a test that `whyUntested` lets go on. */
export async function pythonFile(): Promise<string> {
  const runtime = await python();
  if ('missing' in runtime) throw new Error(runtime.missing);
  return runtime.file;
}

/** Why the Python client cannot be tested here, which is then printed; undefined if it can. */
export async function whyUntested(): Promise<string | undefined> {
  const runtime = await python();
  if ('version' in runtime) return undefined;
  process.stdout.write(`the Python client is not tested: ${runtime.missing}\n`);
  return runtime.missing;
}

/** Runs Python with all warnings as errors and without writing caches. Its output and its exit code. */
export async function runPython(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
  const file = await pythonFile();
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
  execFile(file, ['-W', 'error', ...args], options, (error, stdout, stderr) => {
    resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, output: stdout + stderr });
  });
  return promise;
}
