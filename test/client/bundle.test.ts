import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** The most that the client may take in a browser or another runtime with fetch, gzipped. */
const mostBytes = 14 * 1024;

/** Bundles for a browser, where nothing of Node can be resolved. */
async function bundled(entry: string, external: string[] = []) {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(root, entry)],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
    external,
    logLevel: 'silent',
  });
  return { code: outputFiles[0]?.text ?? '', files: Object.keys(metafile.inputs) };
}

test('the client for runtimes with fetch is small, and contains nothing of Node and no package', async () => {
  const { code, files } = await bundled('client/client.ts');
  expect(gzipSync(code).length).toBeLessThanOrEqual(mostBytes);
  expect(files.filter((file) => file.includes('node_modules'))).toEqual([]);
  expect(files.filter((file) => !/^(client|core\/contract)\//.test(file))).toEqual([]);
  // The spool needs a disk: its callers hand it in.
  expect(files.filter((file) => file.startsWith('client/spool/'))).toEqual([]);
  expect(code).not.toMatch(/\b(require|Buffer)\b/);
});

test('the signer for IAM needs its optional peer and nothing of Node', async () => {
  const { files } = await bundled('client/iam.ts', ['@smithy/signature-v4']);
  expect(files).toEqual(expect.arrayContaining(['client/iam.ts', 'client/sha256.ts']));
  expect(files).toHaveLength(2);
});
