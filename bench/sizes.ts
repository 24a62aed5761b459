import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * The sizes of what the package brings: the files of the client, of the command line, and of the functions, as they are
 * and compressed by gzip.
 * Run: npm run build && npm run bench:sizes
 */
const dist = join(import.meta.dirname, '../dist');
for (const file of globSync('{client/**/*.js,command-line/*.mjs,functions/*/index.mjs}', {
  cwd: dist,
}).sort()) {
  const text = readFileSync(join(dist, file));
  const sizes = [text.length, gzipSync(text).length].map((bytes) => `${(bytes / 1024).toFixed(1)} KB`);
  process.stdout.write(`${file.padEnd(40)} ${sizes[0]?.padStart(10)} ${sizes[1]?.padStart(10)} gzipped\n`);
}
