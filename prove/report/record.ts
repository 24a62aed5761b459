import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const root = join(import.meta.dirname, '../..');
const recordFile = join(root, 'prove/results/published.json');
const pageFile = join(root, 'docs/reliability.md');

const Where = z.strictObject({
  /** The commit that was proved. */
  commit: z.string(),
  seed: z.int(),
  machine: z.string(),
  seconds: z.int(),
});
const Histories = z.strictObject({
  ...Where.shape,
  rows: z.array(z.tuple([z.string(), z.string()])),
});
const Part = z.strictObject({ ...Where.shape, name: z.string(), result: z.string() });
const Mutations = z.strictObject({
  ...Where.shape,
  histories: z.int(),
  rows: z.array(
    z.strictObject({ name: z.string(), history: z.optional(z.int()), broken: z.optional(z.string()) }),
  ),
});

/** The results of the last runs: prove/results/published.json. */
export const ProofRecord = z.strictObject({
  histories: Histories,
  parts: z.array(Part),
  mutations: z.optional(Mutations),
});
export type ProofRecord = z.infer<typeof ProofRecord>;

export function readRecord(): ProofRecord | undefined {
  if (!existsSync(recordFile)) return undefined;
  return ProofRecord.parse(JSON.parse(readFileSync(recordFile, 'utf8')));
}

/** Writes the record, and the page made from it. */
export function writeRecord(record: ProofRecord, page: string): void {
  writeFileSync(recordFile, `${JSON.stringify(record, undefined, 2)}\n`);
  writeFileSync(pageFile, page);
}

/** The commit that is checked out, marked if files differ from it; and the machine. */
export function whereNow(): { commit: string; machine: string } {
  const git = (...words: string[]) => spawnSync('git', words, { cwd: root, encoding: 'utf8' }).stdout.trim();
  const changed =
    git('status', '--porcelain', '--', 'core', 'functions', 'local', 'prove') === '' ? '' : ' with changes';
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return {
    commit: `${git('rev-parse', '--short', 'HEAD')}${changed}`,
    machine: `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${gigabytes} GB, Node ${process.version}`,
  };
}
