/**
 * Installs MiniStack, an emulator of AWS in Python, in a folder of its own under node_modules/.cache: npm run
 * prove:stack:install. Prints one line; exits with 1 if it cannot be installed here.
 */
import { installMinistack } from './virtual-environment.ts';

try {
  await installMinistack((line) => process.stdout.write(`${line}\n`));
} catch (error) {
  const { message, stderr = '' } = error as Error & { stderr?: string };
  const told = stderr.split('\n').filter((line) => /error/i.test(line));
  const text = told.length > 0 ? told.join(' ') : message;
  const reason = text.replaceAll(/\s+/g, ' ').trim().slice(0, 400);
  process.stdout.write(`MiniStack could not be installed: ${reason}\n`);
  process.exitCode = 1;
}
