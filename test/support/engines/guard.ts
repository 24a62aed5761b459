/**
 * Runs the command given as its arguments while its own standard input stays open. Vitest ends its workers with
 * signals, so an exit handler in them would not run. Their end of a pipe closes however they end.
 */
import { spawn } from 'node:child_process';

const [command = '', ...args] = process.argv.slice(2);
const engine = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
engine.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
engine.on('exit', (code) => process.exit(code ?? 1));
process.stdin.on('end', () => engine.kill('SIGKILL'));
process.stdin.resume();
