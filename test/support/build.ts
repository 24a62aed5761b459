import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Builds the deployed and packed files once for the whole run, so that tests of dist/ test the current sources. */
export default function setup(): void {
  const root = join(import.meta.dirname, '../..');
  const bin = join(root, 'node_modules/.bin');
  const run = (program: string, ...args: string[]) =>
    execFileSync(join(bin, program), args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  run('node', 'build/bundle-functions.ts');
  run('tsc', '-p', 'tsconfig.build.json');
  run('tsc', '-p', 'tsconfig.client.json');
  run('node', 'build/bundle-client.ts');
  run('node', 'build/bundle-command-line.ts');
}
