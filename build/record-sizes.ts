/**
 * Records the sizes of the bundled functions in test/build/function-sizes.json. A test lets none grow by more than 2 % from
 * there; record them anew, and say why in the commit, if one must.
 * Run: npm run record:sizes
 */
import { globSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const sizes: Record<string, number> = {};
for (const file of globSync('dist/functions/*/index.mjs', { cwd: root }).sort()) {
  sizes[basename(dirname(file))] = statSync(join(root, file)).size;
}
writeFileSync(join(root, 'test/build/function-sizes.json'), `${JSON.stringify(sizes, null, 2)}\n`);
