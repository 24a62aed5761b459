import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { withResults } from './harness/page.ts';
import { Results } from './harness/result.ts';
import { targetTable } from './harness/targets.ts';
import { parts } from './parts.ts';

const published = join(import.meta.dirname, 'results/published.json');

/** The pages that are generated from the published figures. */
export const pages = ['performance.md', 'cost.md'].map((name) => join(import.meta.dirname, '../docs', name));

export function publishedResults(): Results {
  return z.parse(Results, JSON.parse(readFileSync(published, 'utf8')));
}

/** A page with the published figures. */
export function pageOf(file: string, results: Results): string {
  return withResults(readFileSync(file, 'utf8'), results, targetTable(parts, results));
}

/** Replaces the figures of the same parts, and writes the pages. */
export function publish(measured: Results): void {
  const results = { ...publishedResults(), ...measured };
  writeFileSync(published, `${JSON.stringify(results, null, 2)}\n`);
  for (const page of pages) writeFileSync(page, pageOf(page, results));
}
