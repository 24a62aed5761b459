import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/**
 * The files of the console by name: the page, its script and its style. The names of script and style have a hash of their
 * contents, so that browsers may keep them for ever.
 */
export async function bundleConsole(): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['console/main.tsx', 'console/style.css'],
    outdir: 'dist/console',
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    write: false,
    logLevel: 'warning',
  });
  const files = outputFiles.map(({ path, text }): [string, string] => [basename(path), text]);
  const named = (end: string) => files.find(([name]) => name.endsWith(end))?.[0] ?? '';
  const page = (await readFile(join(root, 'console/index.html'), 'utf8'))
    // Relative, so that the page also works behind a path: of `warden console`, or of a domain of one's own.
    .replace('SCRIPT', `console/${named('.js')}`)
    .replace('STYLE', `console/${named('.css')}`);
  return new Map([...files, ['index.html', page]]);
}

/** The bytes that a browser loads, gzipped. */
export function gzippedBytes(files: ReadonlyMap<string, string>): number {
  return [...files.values()].reduce((sum, text) => sum + gzipSync(text).length, 0);
}

/** Writes the files into a folder, in place of its contents. */
export async function writeConsole(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, text] of files) await writeFile(join(folder, name), text);
}
