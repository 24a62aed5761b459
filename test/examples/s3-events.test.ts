import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Properties, Resource } from '../lib/synth.ts';
import { synthesisFlags } from '../lib/synthesis-flags.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const outdir = mkdtempSync(join(tmpdir(), 's3-events-'));
let rules: [string, Properties][] = [];
let warden: EmbeddedWarden;

beforeAll(async () => {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  await run(join(root, 'node_modules/.bin/node'), [...synthesisFlags, 'examples/s3-events/app.ts'], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_VALIDATION: 'false',
    },
  });
  const { Resources } = JSON.parse(readFileSync(join(outdir, 'Scans.template.json'), 'utf8'));
  rules = Object.entries(Resources as Record<string, Resource>)
    .filter(([, { Type }]) => Type === 'AWS::Events::Rule')
    .map(([id, { Properties }]) => [id, Properties]);
  warden = await startWarden();
}, 120_000);
afterAll(async () => {
  rmSync(outdir, { recursive: true, force: true });
  await warden.close();
});

/** The message that EventBridge would make of the event, by the input transformer of the rule in the template. */
function messageOf(rule: string, event: object): string {
  const [, found] = rules.find(([id]) => id.startsWith(rule)) ?? [];
  const [{ InputTransformer }] = found?.Targets ?? [];
  const paths = Object.entries<string>(InputTransformer.InputPathsMap);
  const values = new Map(
    paths.map(([name, path]) => {
      const names = path.split('.').slice(1);
      // biome-ignore lint/suspicious/noExplicitAny: an event is any JSON
      return [name, names.reduce<any>((value, member) => value?.[member], event)];
    }),
  );
  return InputTransformer.InputTemplate.replace(/<([\w-]+)>/g, (_: string, name: string) =>
    JSON.stringify(values.get(name) ?? ''),
  );
}

async function happened(rule: string, event: object): Promise<void> {
  const body = messageOf(rule, event);
  const attributes = { SentTimestamp: String(warden.clock.now()) };
  const { batchItemFailures } = await warden.functions.ingest({
    Records: [{ messageId: '1', body, attributes }],
  });
  expect(batchItemFailures, body).toEqual([]);
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
const uploaded = (id: string, key: string) => ({
  version: '0',
  id,
  'detail-type': 'Object Created',
  source: 'aws.s3',
  time: '2026-11-28T12:00:00Z',
  detail: {
    version: '0',
    bucket: { name: 'scans-1a2b' },
    object: { key, size: 5, etag: 'b1946ac92492d2347c6235b4d2611184' },
  },
});
const archived = (key: string) => ({ source: 'scans.pipeline', detail: { key } });

test('an upload is watched until the pipeline has archived it, and a lost one is alerted', async () => {
  await happened('Uploaded', uploaded('e1', 'in/a "b".tiff'));
  await happened('Uploaded', uploaded('e2', 'in/ä.tiff'));
  expect((await warden.read('scans', 'in/a "b".tiff')).json).toMatchObject({
    state: 'waiting',
    run: 'e1',
    data: { bucket: 'scans-1a2b', key: 'in/a "b".tiff' },
  });
  await happened('Archived', archived('in/a "b".tiff'));
  // The event of the upload comes again: the file is not watched anew.
  await happened('Uploaded', uploaded('e1', 'in/a "b".tiff'));
  await warden.pass(16 * 60_000);
  expect((await warden.read('scans', 'in/a "b".tiff')).json.state).toBe('completed');
  expect((await warden.read('scans', 'in/ä.tiff')).json.state).toBe('overdue');
  expect(await warden.notifications('scans')).toMatchObject([{ event: 'opened', changes: { overdue: 1 } }]);
  // Uploaded again, with another event: the next attempt.
  await happened('Uploaded', uploaded('e3', 'in/ä.tiff'));
  expect((await warden.read('scans', 'in/ä.tiff')).json).toMatchObject({ state: 'waiting', attempt: 2 });
  await happened('Refused', { source: 'scans.pipeline', detail: { key: 'in/ä.tiff', reason: 'not a TIFF' } });
  expect((await warden.read('scans', 'in/ä.tiff')).json).toMatchObject({
    state: 'failed',
    failure: { reason: 'not a TIFF' },
  });
});
