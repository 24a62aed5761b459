import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { functionNames } from './function-names.ts';

/** dist/functions of the package of this file, as source or compiled to JavaScript, in a clone or in node_modules. */
export function builtBundles(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'dist/functions');
}

/** Throws one error that names every function that is not built. */
export function requireBundles(bundles: string, names: readonly string[] = functionNames): void {
  const missing = names.filter((name) => !existsSync(join(bundles, name, 'index.mjs')));
  if (missing.length === 0) return;
  throw new Error(`no index.mjs in ${bundles} for ${missing.join(', ')}: run \`npm run build\` first`);
}
