import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../core/clock.ts';
import { limits } from '../core/contract/limits.ts';
import { createLog } from '../core/log.ts';
import { byTime } from '../core/names/tables.ts';
import { batch } from '../core/operations/items/batch.ts';
import { listWorkflows } from '../core/operations/workflows/list-workflows.ts';
import { startEmbeddedAws } from '../local/embedded-aws.ts';
import { itemsTable } from '../local/names.ts';

/**
 * How long a page of 200 workflows with their counts takes on a laptop: by one scan of the index, as when they have few
 * items, and as a ratio to the scan alone.
 * Run: npm run bench:list-workflows -- [items of each workflow, 10 by default]
 */
const each = Number(process.argv[2] ?? 10);
const rounds = 15;
const aws = await startEmbeddedAws({ clock: systemClock, log: createLog(() => {}) });
const { service } = aws;
for (let index = 0; index < limits.pageItems; index++) {
  const operations = Array.from({ length: each }, (_, item) => ({
    op: 'register' as const,
    item: `${item}`,
    timeout: 3_600,
    dataText: undefined,
  }));
  await batch(service, { workflow: `workflow-${index}`, operations });
}

async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}

const query = { limit: `${limits.pageItems}` };
const listed = await listWorkflows(service, { query, visible: ['*'] });
const page = await medianMs(() => listWorkflows(service, { query, visible: ['*'] }));
const floor = await medianMs(() =>
  aws.dynamodb.send(new ScanCommand({ TableName: itemsTable, IndexName: byTime.name })),
);
const counted = listed.workflows.filter(({ counts }) => Number(counts?.waiting) === each).length;
process.stdout.write(
  `${listed.workflows.length} workflows of ${each} items, ${counted} counted right: ${page.toFixed(0)} ms a page (median of ${rounds}), ${(page / floor).toFixed(1)} times one scan of the index\n`,
);
await aws.close();
