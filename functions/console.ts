import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { consolePage } from '../core/lambda/console-page.ts';
import { entry } from '../core/lambda/entry.ts';

/** The files that `npm run build` puts beside the bundle. */
async function readFiles(): Promise<ReadonlyMap<string, string>> {
  const folder = join(import.meta.dirname, 'files');
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return new Map(names.map((name, index) => [name, texts[index] ?? '']));
}

const files = { environment: z.object({}), connect: () => readFiles };

/** The page of the service. Its routes have no authorizer. */
export const { create, handler } = entry('console', { consoleFiles: files }, ({ consoleFiles }) =>
  consolePage(consoleFiles),
);
