/** Runs an example by its name. Usage: npm run example -- <name> [options of the example] */
const examples: Record<string, () => Promise<unknown>> = {
  'upload-pipeline': () => import('./upload-pipeline/main.ts'),
  'chunking-bug': () => import('./chunking-bug/main.ts'),
  'worker-pool': () => import('./worker-pool/main.ts'),
  'total-outage': () => import('./total-outage/main.ts'),
};

const [name = ''] = process.argv.splice(2, 1);
const run = examples[name];
if (run) {
  await run();
} else {
  process.stderr.write(`Usage: npm run example -- <${Object.keys(examples).join(' | ')}>\n`);
  process.exitCode = 2;
}
