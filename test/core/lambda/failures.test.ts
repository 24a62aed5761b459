import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { itemsTable } from '../../../local/names.ts';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';

async function startBroken(): Promise<EmbeddedWarden> {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  await warden.aws.dynamodb.send(new DeleteTableCommand({ TableName: itemsTable }));
  return warden;
}

/** What the metric counts so far. */
function failures({ logLines }: EmbeddedWarden): number {
  return logLines
    .map((line) => JSON.parse(line).Failures ?? 0)
    .reduce((total: number, count: number) => total + count, 0);
}

test('security M5.2: a batch that fails whole counts each operation that failed', async () => {
  const warden = await startBroken();
  const operations = ['a', 'b', 'c'].map((item) => ({ op: 'register', item, timeout: 60 }));
  const { json } = await warden.request('POST', '/v1/workflows/uploads/batch', { body: { operations } });
  expect(json.results.map(({ status }: { status: number }) => status)).toEqual([500, 500, 500]);
  expect(failures(warden)).toBe(3);
});

test('security M5.3: a single failed request counts, a refused one does not', async () => {
  const warden = await startBroken();
  expect((await warden.register('uploads', 'a', { timeout: 'soon' })).status).toBe(400);
  expect(failures(warden)).toBe(0);
  expect((await warden.register('uploads', 'a', { timeout: 60 })).status).toBe(500);
  expect(failures(warden)).toBe(1);
});
