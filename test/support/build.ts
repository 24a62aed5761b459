import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { uncollected } from '../../build/uncollected.ts';

/**
 * Builds the deployed and packed files once for the whole run, so that tests of dist/ test the current sources. No step
 * reads what another writes, so they run at the same time.
 */
export default async function setup(): Promise<void> {
  const root = join(import.meta.dirname, '../..');
  const run = (program: string, ...args: string[]) =>
    promisify(execFile)(join(root, 'node_modules/.bin', program), args, {
      cwd: root,
      env: { ...process.env, ...uncollected },
    });
  await Promise.all([
    run('node', 'build/bundle-functions.ts'),
    // The other steps need the other cores.
    run('tsc', '-p', 'tsconfig.build.json', '--singleThreaded'),
    run('tsc', '-p', 'tsconfig.client.json', '--singleThreaded'),
    run('node', 'build/bundle-client.ts'),
    run('node', 'build/bundle-command-line.ts'),
  ]);
}
