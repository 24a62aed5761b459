import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Builds the deployed and packed files once for the whole run, so that tests of dist/ test the current sources. */
export default function setup(): void {
  const root = join(import.meta.dirname, '../..');
  const bin = join(root, 'node_modules/.bin');
  execFileSync(join(bin, 'node'), ['build/bundle-functions.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  execFileSync(join(bin, 'tsc'), ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}
