import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ExampleRun {
  code: number;
  stdout: string;
  stderr: string;
  /** Files that it has left in the folder for temporary files. */
  left: string[];
  /** The lines that the warden has printed, as one text. */
  warden: string;
}

/**
 * Runs an example as `npm run example` does, but with the warden of the package, which starts in half the time of its
 * sources. It ends by itself if something does not happen.
 */
export function runExample(...args: string[]): Promise<ExampleRun> {
  const env = { WARDEN_PROGRAM: 'dist/command-line/main.mjs start' };
  return run(process.execPath, ['examples/main.ts', ...args], env);
}

/** Runs an example by the command of its README. */
export function runByNpm(...args: string[]): Promise<ExampleRun> {
  return run('npm', ['run', 'example', '--', ...args]);
}

function run(command: string, args: string[], more: NodeJS.ProcessEnv = {}): Promise<ExampleRun> {
  const folder = mkdtempSync(join(tmpdir(), 'warden-examples-'));
  const env = {
    ...process.env,
    TMPDIR: folder,
    ...more,
  };
  const cwd = join(import.meta.dirname, '../../..');
  return new Promise((resolve) => {
    const child = execFile(command, args, { cwd, env }, (_, stdout, stderr) => {
      const left = readdirSync(folder);
      rmSync(folder, { recursive: true });
      const warden = stdout.match(/(?<=^ {2}warden \|).*$/gm)?.join('\n') ?? '';
      resolve({ code: child.exitCode ?? -1, stdout, stderr, left, warden });
    });
  });
}
