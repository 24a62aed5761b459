import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Builds what is deployed and packed, once for the whole run: the tests of dist/ are of what is in the tree now. */
export default function setup(): void {
  const root = join(import.meta.dirname, '../..');
  const bin = join(root, 'node_modules/.bin');
  execFileSync(join(bin, 'node'), ['build/bundle-functions.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  execFileSync(join(bin, 'tsc'), ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}
