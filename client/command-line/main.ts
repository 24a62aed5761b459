import { CommanderError } from 'commander';
import { createClient } from '../client.ts';
import type { Context } from './context.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { createProgram } from './program.ts';

const interrupt = new AbortController();
process.on('SIGINT', () => interrupt.abort());

const context: Context = {
  client: async () =>
    createClient({ url: process.env.WARDEN_URL ?? 'http://localhost:8080', ...tokenOf(process.env) }),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  json: process.argv.includes('--json'),
  now: () => Date.now(),
  signal: interrupt.signal,
  exitWith: (code) => {
    process.exitCode = code;
  },
};

try {
  await createProgram(context).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    process.stderr.write(`warden: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

function tokenOf({ WARDEN_TOKEN: token }: NodeJS.ProcessEnv): { token?: string } {
  return token === undefined ? {} : { token };
}
