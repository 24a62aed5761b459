import { glob, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/*
 * Builds the client for programs, without dependencies: dist/client/client.js for every runtime that has fetch, and
 * beside it the entries for Node. Shared code, such as WardenError, is in a part that all of them import, so that
 * `instanceof` holds. Their types are from tsc (tsconfig.client.json).
 */

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist/client');

for await (const file of glob('**/*.js', { cwd: out })) await rm(join(out, file));
const entries = ['client', 'spool/open-spool', 'iam'];
await build({
  absWorkingDir: root,
  entryPoints: entries.map((name) => ({ in: `client/${name}.ts`, out: name })),
  outdir: out,
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  platform: 'neutral',
  // What an application has installed for these: the signer is an optional peer.
  external: ['node:*', '@smithy/*', '@aws-crypto/*', '@aws-sdk/*'],
  target: 'es2022',
  format: 'esm',
  legalComments: 'none',
  logLevel: 'warning',
});

for await (const file of glob('**/*.js', { cwd: out })) {
  const { size } = await stat(join(out, file));
  process.stdout.write(`${file.padEnd(32)} ${(size / 1024).toFixed(1).padStart(6)} KB\n`);
}
