/**
 * Lets a parser of somebody else read `GET /v1/metrics`: promtool if it is installed, and otherwise the one of Python's
 * prometheus_client, where it can be installed. CI runs this beside the tests.
 * Run: npm run check:metrics
 */

import { spawnSync } from 'node:child_process';
import { outsidePython } from '../../../support/outside-python.ts';
import { startMemoryWarden } from '../../../support/start-warden.ts';

const python = [
  'import sys',
  'from prometheus_client.parser import text_string_to_metric_families as parse',
  'families = list(parse(sys.stdin.read()))',
  'print(len(families), "metrics,", sum(len(one.samples) for one in families), "samples")',
].join('\n');
const run = ([file = '', ...args]: readonly string[], input = '') =>
  spawnSync(file, args, { input, encoding: 'utf8' });

async function findParser(): Promise<{ name: string; words: string[] } | Error> {
  if (run(['promtool', '--version']).status === 0)
    return { name: 'promtool', words: ['promtool', 'check', 'metrics'] };
  const found = await outsidePython();
  return found instanceof Error
    ? found
    : { name: 'prometheus_client of Python', words: [found, '-c', python] };
}

const parser = await findParser();
if (parser instanceof Error) {
  const why = `promtool is not installed, and prometheus_client cannot be: ${parser.message}`;
  process.stdout.write(`metrics: not checked, because ${why}\n`);
} else {
  const warden = await startMemoryWarden();
  const workflow = warden.newWorkflow();
  for (const item of ['done', 'lost', 'failed']) await warden.register(workflow, item, { timeout: 60 });
  await warden.complete(workflow, 'done');
  await warden.pass(120_000);
  await warden.sweep();
  await warden.aws.service.statistics.flush();
  const { text } = await warden.request('GET', '/v1/metrics');
  await warden.close();
  const { status, stdout, stderr } = run(parser.words, text);
  process.stdout.write(`${stdout}${stderr}metrics: checked by ${parser.name}\n`);
  if (status !== 0) process.exitCode = 1;
}
