import { glob, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { bundleConsole, gzippedBytes, writeConsole } from './bundle-console.ts';
import { lambdaBundle } from './lambda-bundle.ts';

/*
 * Builds one minified ESM bundle for each file in functions/, with the SDK in it, as dist/functions/<name>/index.mjs
 * with its source map. The stack deploys these files, the local service runs them with --built, and bench/ measures
 * them.
 */

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist/functions');

await rm(out, { recursive: true, force: true });
const names: string[] = [];
for await (const file of glob('functions/*.ts', { cwd: root })) names.push(basename(file, '.ts'));
names.sort();

await build({
  absWorkingDir: root,
  entryPoints: names.map((name) => ({ in: `functions/${name}.ts`, out: `${name}/index` })),
  outdir: out,
  outExtension: { '.js': '.mjs' },
  ...lambdaBundle,
  sourcemap: 'external',
  logLevel: 'warning',
});

const files = await bundleConsole();
await writeConsole(join(out, 'console/files'), files);
process.stdout.write(`files of the console ${(gzippedBytes(files) / 1024).toFixed(1)} KB, gzipped\n`);
for (const name of names) {
  const { size } = await stat(join(out, name, 'index.mjs'));
  process.stdout.write(`${name.padEnd(16)} ${(size / 1024).toFixed(0).padStart(4)} KB\n`);
}
