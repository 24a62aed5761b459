import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../../core/clock.ts';
import { limits } from '../../core/contract/limits.ts';
import { createLog } from '../../core/log.ts';
import { byTime } from '../../core/names/tables.ts';
import { batch } from '../../core/operations/items/batch.ts';
import { listWorkflows } from '../../core/operations/workflows/list-workflows.ts';
import { startEmbeddedAws } from '../../local/embedded-aws.ts';
import { itemsTable } from '../../local/names.ts';
import { broken, type Part } from '../harness/part.ts';
import { inTurns, middle, ratio } from '../harness/rounds.ts';

const page = limits.pageItems;

/** A page of workflows with their counts, compared with one scan of the index. */
export const listWorkflowsPart: Part = {
  seconds: { quick: 30, usual: 70, full: 70 },
  async measure(size, say) {
    const rows: (string | number)[][] = [];
    const faults: string[] = [];
    for (const each of size === 'quick' ? [10] : [10, 100, 300]) {
      const { counted, row } = await measureOne(each, size === 'quick' ? 3 : 15);
      rows.push(row);
      faults.push(...broken([counted !== page, `${counted} of ${page} workflows were counted right`]));
      say(`${each} items in each workflow`);
    }
    const columns = ['wall, page', 'wall, a scan of the index', 'ratio'];
    return { columns: [`ms for ${page} workflows`, ...columns], rows, broken: faults };
  },
};

async function measureOne(each: number, rounds: number) {
  const aws = await startEmbeddedAws({ clock: systemClock, log: createLog(() => {}) });
  try {
    const { service, dynamodb } = aws;
    for (let index = 0; index < page; index++) {
      const operations = Array.from({ length: each }, (_, item) => {
        return { op: 'register' as const, item: `${item}`, timeout: 3_600, dataText: undefined };
      });
      await batch(service, { workflow: `workflow-${index}`, operations });
    }
    const list = () => listWorkflows(service, { query: { limit: `${page}` }, visible: ['*'] });
    const scan = () => dynamodb.send(new ScanCommand({ TableName: itemsTable, IndexName: byTime.name }));
    const { workflows } = await list();
    const samples = await inTurns(
      [
        { name: 'page', operations: 1, prepare: async () => list },
        { name: 'scan', operations: 1, prepare: async () => scan },
      ],
      rounds,
    );
    const [own, floor] = [samples.get('page'), samples.get('scan')];
    return {
      counted: workflows.filter(({ counts }) => Number(counts?.waiting) === each).length,
      row: [`${each} items in each`, middle(own).wall, middle(floor).wall, ratio(own, floor, 'wall')],
    };
  } finally {
    await aws.close();
  }
}
