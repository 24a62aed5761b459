/**
 * Breaks the code on purpose, one mutation after the other, in a copy, and shows that random histories notice each. Exits
 * with 1 if one survives.
 * Run: npm run prove:mutations                       all
 *      npm run prove:mutations -- P3 report          those with these words in their names
 *      npm run prove:mutations -- --histories 5000   look longer for each
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { copyOfTree, whilePlanted } from '../../test/mutations/planted.ts';
import { mutations } from './mutations.ts';

const text = { type: 'string' } as const;
const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { seed: text, histories: text },
});
const { seed = '1', histories = '1000' } = values;
const copy = copyOfTree();
const chosen = mutations.filter(({ name }) => words.every((word) => name.includes(word)));

const survivors: string[] = [];
for (const [index, mutation] of chosen.entries()) {
  const begun = performance.now();
  const found = caughtBy(mutation);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const result = found ?? 'SURVIVED';
  if (found === undefined) survivors.push(mutation.name);
  process.stdout.write(`${index + 1}/${chosen.length} ${mutation.name} (${seconds} s): ${result}\n`);
}
process.stdout.write(`${chosen.length - survivors.length} of ${chosen.length} mutations were caught.\n`);
if (survivors.length > 0) process.exitCode = 1;

/** Which history notices the mutation, and what it says was broken; undefined if none does. */
function caughtBy(mutation: (typeof mutations)[number]): string | undefined {
  return whilePlanted(copy, mutation, () => {
    const options = ['--seed', seed, '--histories', histories, '--first', '--unshrunk'];
    const { status, stdout, stderr } = spawnSync(process.execPath, ['prove/main.ts', ...options], {
      cwd: copy,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (status === 0) return undefined;
    const [number] = /(?<=^History )\d+/m.exec(stdout) ?? [];
    const [broken] = /^P\d .*$/m.exec(stdout) ?? [];
    // A copy that does not start has caught nothing: the mutation is wrong.
    if (number === undefined) throw new Error(`${mutation.name}: ${stderr}`);
    return `history ${number}: ${broken}`;
  });
}
