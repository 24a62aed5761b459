/** Runs an example by its name. Usage: npm run example -- <name> [options of the example] */
const examples: Record<string, { run: () => Promise<unknown>; options?: string }> = {
  'upload-pipeline': { run: () => import('./upload-pipeline/main.ts'), options: '[--until-resolved]' },
  'chunking-bug': { run: () => import('./chunking-bug/main.ts') },
  'worker-pool': { run: () => import('./worker-pool/main.ts') },
  outbox: { run: () => import('./outbox/main.ts') },
  'total-outage': { run: () => import('./total-outage/main.ts'), options: '[--orders <number>]' },
  openfn: { run: () => import('./openfn/main.ts') },
  'openfn-watch': { run: () => import('./openfn/watch.ts') },
};

const lines = Object.entries(examples).map(([name, { options = '' }]) => `  ${name} ${options}`.trimEnd());
const usage = `Usage: npm run example -- <example>\n\n${lines.join('\n')}\n`;

const isHelp = process.argv.slice(2).some((argument) => ['--help', '-h'].includes(argument));
const [name = ''] = isHelp ? [] : process.argv.splice(2, 1);
const example = examples[name];
if (isHelp) {
  process.stdout.write(usage);
} else if (example) {
  await example.run();
} else {
  process.stderr.write(usage);
  process.exitCode = 2;
}
