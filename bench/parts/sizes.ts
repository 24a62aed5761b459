import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Part } from '../harness/part.ts';

const dist = join(import.meta.dirname, '../../dist');
const files = '{client/**/*.js,command-line/*.mjs,functions/*/index.mjs}';

/** The sizes of the files in the package, plain and compressed by gzip. */
export const sizesPart: Part = {
  measuresBuild: true,
  seconds: { quick: 2, usual: 2, full: 2 },
  async measure() {
    for (const folder of ['client', 'command-line', 'functions']) {
      if (!existsSync(join(dist, folder)))
        throw new Error('the package is not built: run `npm run build` first');
    }
    const names = globSync(files, { cwd: dist }).sort();
    return {
      columns: ['file', 'KB', 'KB gzipped'],
      rows: names.map((name) => {
        const text = readFileSync(join(dist, name));
        return [name, text.length / 1_024, gzipSync(text).length / 1_024];
      }),
      broken: [],
    };
  },
};
