import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/**
 * Builds the console into a folder: the page, its script and its style, whose names have a hash of their contents, so that
 * browsers may keep them for ever. Returns the bytes of all of them, gzipped.
 */
export async function bundleConsole(folder: string): Promise<number> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['console/main.tsx', 'console/style.css'],
    outdir: folder,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"' },
    metafile: true,
    logLevel: 'warning',
  });
  const names = Object.keys(metafile.outputs).map((path) => basename(path));
  const named = (end: string) => names.find((name) => name.endsWith(end)) ?? '';
  const page = (await readFile(join(root, 'console/index.html'), 'utf8'))
    .replace('SCRIPT', `/console/${named('.js')}`)
    .replace('STYLE', `/console/${named('.css')}`);
  await writeFile(join(folder, 'index.html'), page);
  const files = await Promise.all([...names, 'index.html'].map((name) => readFile(join(folder, name))));
  return files.reduce((sum, file) => sum + gzipSync(file).length, 0);
}

if (import.meta.main) {
  const bytes = await bundleConsole(join(root, 'dist/console'));
  process.stdout.write(`console ${(bytes / 1024).toFixed(1)} KB gzipped\n`);
}
