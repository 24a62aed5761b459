import { glob, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/*
 * One minified ESM bundle for each file in functions/, the SDK in it, at dist/functions/<name>/index.mjs with its
 * source map beside. The stack deploys these files, the local service runs them with --built, and bench/ measures them.
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
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The packages' ES modules: esbuild can drop what is not used of those, but not of CommonJS.
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': join(root, 'build/lambda-credentials.ts') },
  sourcemap: 'external',
  // Some packages of the SDK are CommonJS inside and ask for Node's modules by require.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  logLevel: 'warning',
});

for (const name of names) {
  const { size } = await stat(join(out, name, 'index.mjs'));
  process.stdout.write(`${name.padEnd(16)} ${(size / 1024).toFixed(0).padStart(4)} KB\n`);
}
