/**
 * Breaks the code on purpose, a mutation at a time in a copy for each core, and shows that random histories notice each.
 * Exits with 1 if a mutation survives.
 *
 * - `npm run prove:mutations` tries all.
 * - `npm run prove:mutations -- P3 report` tries those with these words in their names.
 * - `npm run prove:mutations -- --histories 5000` looks longer for each.
 * - `npm run prove:mutations -- --write` also writes docs/reliability.md.
 */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { copyOfTree, type Planted, whilePlanted } from '../../test/mutations/planted.ts';
import { pageText } from '../report/page.ts';
import { readRecord, whereNow, writeRecord } from '../report/record.ts';
import { mutations } from './mutations.ts';

const text = { type: 'string' } as const;
const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { seed: text, histories: text, write: { type: 'boolean' } },
});
const { seed = '1', histories = '1000' } = values;
const chosen = mutations.filter(({ name }) => words.every((word) => name.includes(word)));

interface Found {
  name: string;
  /** The first history that notices the mutation, and the broken promises. */
  history?: number;
  broken?: string;
}

const begun = performance.now();
const all: Found[] = [];
let done = 0;
const left = [...chosen.entries()];
await Promise.all(Array.from({ length: Math.min(availableParallelism(), chosen.length) }, workThrough));

/** Takes one mutation after the other, until none is left. */
async function workThrough(): Promise<void> {
  const copy = copyOfTree();
  for (let next = left.shift(); next; next = left.shift()) {
    const [index, mutation] = next;
    const startedAt = performance.now();
    const found = { name: mutation.name, ...(await noticed(copy, mutation)) };
    all[index] = found;
    done++;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const result = found.history === undefined ? 'SURVIVED' : `history ${found.history}: ${found.broken}`;
    process.stdout.write(`${done}/${chosen.length} ${mutation.name} (${seconds} s): ${result}\n`);
  }
}

const caught = all.filter(({ history }) => history !== undefined).length;
process.stdout.write(`${caught} of ${all.length} mutations were noticed.\n`);
if (caught < all.length) process.exitCode = 1;
const before = readRecord();
if (values.write && before) {
  const seconds = Math.round((performance.now() - begun) / 1_000);
  const where = { ...whereNow(), seed: Number(seed), seconds };
  const record = { ...before, mutations: { ...where, histories: Number(histories), rows: all } };
  writeRecord(record, pageText(record));
}

function noticed(copy: string, mutation: Planted): Promise<Omit<Found, 'name'>> {
  return whilePlanted(copy, mutation, async () => {
    const size = ['--seed', seed, '--histories', histories];
    const options = ['prove/main.ts', '--only', 'histories', ...size, '--first', '--no-shrink'];
    const ended = promisify(execFile)(process.execPath, options, { cwd: copy, maxBuffer: 2 ** 28 });
    const { code, stdout, stderr } = await ended.then(
      (output) => ({ code: 0, ...output }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    if (code === 0) return {};
    const [number] = /(?<=^History )\d+/m.exec(stdout) ?? [];
    const [broken = ''] = /^P\d .*$/m.exec(stdout) ?? [];
    // A copy that does not start has noticed nothing: the mutation is wrong.
    if (number === undefined) throw new Error(`${mutation.name}: ${stderr}`);
    return { history: Number(number), broken };
  });
}
