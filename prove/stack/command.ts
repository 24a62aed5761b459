import { execFile } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const root = join(import.meta.dirname, '../..');

/** For a command named node, the Node that runs this process. */
export const pathWithThisNode = [dirname(process.execPath), process.env.PATH].join(delimiter);

/** Ten seconds on a machine that does nothing else. */
const timeout = 480_000;
const shownLines = 30;

/**
 * Runs the CDK's command line with these arguments, as `npx cdk` does. Throws an error with the end of its output if it
 * fails.
 */
export async function cdk(args: readonly string[], environment: Record<string, string> = {}): Promise<void> {
  const env = {
    PATH: pathWithThisNode,
    HOME: process.env.HOME,
    CI: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    ...environment,
  };
  const command = [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args, '--no-notices'];
  try {
    await run(process.execPath, command, { cwd: root, env, timeout, maxBuffer: 100_000_000 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const told = `${stdout}\n${stderr}`.trim().split('\n').slice(-shownLines).join('\n');
    throw new Error(`cdk ${args.join(' ')} failed:\n${told}`, { cause: error });
  }
}
