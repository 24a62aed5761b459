import assert from 'node:assert/strict';
import { createClient } from '../../../client/client.ts';
import { signWithIam } from '../../../client/iam.ts';
import { region, rootCredentials } from '../ministack/account.ts';
import { until } from '../until.ts';
import { all, type OpenDay } from './day.ts';

const workflow = 'uploads';
/** Several invocations of the function that completes, ten seconds apart. */
const countedMs = 120_000;
/** Characters that paths and queries garble: characters of URLs, slashes, a percent sign, letters outside ASCII. */
const awkwardId = 's3://in/a b+c%2F?v=1&x=#é/✓.tiff';

/** An item is registered, reports steps, gets a later deadline and is completed. */
export async function doWork({ client }: OpenDay): Promise<string> {
  const data = { bucket: 'in', pages: [1, 2, 3], note: 'é ✓' };
  const registered = await client.register(workflow, awkwardId, { timeout: '10m', step: 'received', data });
  assert.equal(registered.outcome, 'created');
  const again = await client.register(workflow, awkwardId, { timeout: '20m' });
  assert.equal(again.outcome, 'unchanged');
  await client.progress(workflow, awkwardId, { step: 'copied', timeout: '30m', tags: { customer: 'c-1' } });
  const read = await client.get(workflow, awkwardId);
  assert.deepEqual('data' in read ? read.data : undefined, data);
  const completed = await client.complete(workflow, awkwardId);
  assert.equal(completed.outcome, 'on-time');
  assert.deepEqual(
    await client.complete(workflow, awkwardId),
    completed,
    'a repeat has the reply of the first',
  );
  const receipt = await client.get(workflow, awkwardId);
  assert.equal(receipt.state, 'completed');
  return 'register, repeat, step, later deadline, read, complete, receipt';
}

/** The same functions behind the other API, for callers with IAM credentials. */
export async function signRequests({ iamApi, client }: OpenDay): Promise<string> {
  const sign = signWithIam({ region, credentials: rootCredentials });
  const signed = createClient({ url: iamApi, sign, tryTimeoutMs: 30_000, timeoutMs: 90_000 });
  await signed.register(workflow, 'signed', { timeout: '10m' });
  await signed.complete(workflow, 'signed');
  const health = await fetch(`${iamApi}/v1/health`);
  assert.equal(health.status, 403, 'a request without a signature');
  assert.equal((await client.get(workflow, 'signed')).state, 'completed', 'both APIs have the same items');
  return 'register, complete; 403 without a signature';
}

/** Many items at once, and everything that lists them. */
export async function workInBatches({ client }: OpenDay): Promise<string> {
  const ids = Array.from({ length: 150 }, (_, index) => `batch/${index}`);
  const registrations = ids.map((item) => ({ op: 'register', item, timeout: '2h', data: { item } }) as const);
  const results = await client.batch(workflow, registrations);
  assert.deepEqual(new Set(results.map(({ status }) => status)), new Set([201]));

  const listed = await all(client.list(workflow, { prefix: 'batch/' }));
  assert.deepEqual(listed.map(({ item }) => item).toSorted(), ids.toSorted());
  const exported = await all(client.export(workflow, { prefix: 'batch/' }));
  for (const item of exported) assert.deepEqual('data' in item && item.data, { item: item.item });
  assert.equal(exported.length, ids.length);

  await client.batch(
    workflow,
    ids.map((item) => ({ op: 'complete', item }) as const),
  );
  const { completed, unknown } = await client.reconcile(workflow, [...ids, 'never registered']);
  assert.deepEqual(completed.toSorted(), ids.toSorted());
  assert.deepEqual(unknown, ['never registered']);
  return `${ids.length} items registered, listed, exported, completed, reconciled`;
}

/** Settings, counts and figures. */
export async function readFigures({ client, tokenApi }: OpenDay): Promise<string> {
  await client.workflows.change(workflow, { description: 'Scans', severity: 'critical' });
  const settings = await client.workflows.get(workflow);
  assert.equal(settings.severity, 'critical');
  const completed = await until('the completions are counted', countedMs, async () => {
    // A function writes its counts twelve seconds after the last time, if it is invoked then. Batches were completed last.
    await client.batch(workflow, [{ op: 'register', item: 'counted', timeout: '1h' }]);
    await client.batch(workflow, [{ op: 'complete', item: 'counted' }]);
    const { periods } = await client.workflows.statistics(workflow, { by: 'hour' });
    const onTime = periods.reduce((sum, period) => sum + period.onTime, 0);
    return onTime > 150 && onTime;
  });
  const workflows = await all(client.workflows.list());
  assert.ok(workflows.some(({ workflow: name }) => name === workflow));
  const unrouted = await fetch(`${tokenApi}/v1/nothing`);
  assert.equal(unrouted.status, 401, 'a route that does not exist, without a token');
  return `settings, ${workflows.length} workflow listed, ${completed} completions counted`;
}

/** The page, its files and the document are served without API Gateway's own files. */
export async function openConsole({ tokenApi, client }: OpenDay): Promise<string> {
  const page = await fetch(`${tokenApi}/console`);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  const html = await page.text();
  const files = [...html.matchAll(/(?:href|src)="(console\/[^"]+)"/g)].map(([, path]) => path);
  assert.equal(files.length, 2, html);
  for (const path of files) {
    const file = await fetch(`${tokenApi}/${path}`);
    assert.equal(file.status, 200, path);
    assert.ok((await file.text()).length > 100, path);
  }
  const document = await client.call('read-openapi', { path: {} });
  assert.ok(Object.keys(document.paths ?? {}).length > 10);
  return 'page, script, style, OpenAPI document';
}
