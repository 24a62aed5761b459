import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { consolePage } from '../core/lambda/console-page.ts';
import type { ConsoleFiles } from '../core/ports.ts';

const root = join(import.meta.dirname, '..');
let files: Promise<ConsoleFiles> | undefined;

/** The console: bundled from its source when it is first opened, or already built in the package. */
export function consoleFiles(): Promise<ConsoleFiles> {
  files ??= load();
  return files;
}

/** Answers like the function of the console, for a process that has no service. */
export const answerConsole = consolePage(consoleFiles);

async function load(): Promise<ConsoleFiles> {
  if (existsSync(join(root, 'console/main.tsx'))) {
    const { bundleConsole } = await import('../build/bundle-console.ts');
    return bundleConsole();
  }
  const folder = join(root, 'functions/console/files');
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return new Map(names.map((name, index) => [name, texts[index] ?? '']));
}
