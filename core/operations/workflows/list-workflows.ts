import pLimit from 'p-limit';
import { countEveryWorkflow, noCounts } from '../../aws/items/state-counts.ts';
import type { Unreadable } from '../../aws/registry/entries.ts';
import type { RegistryTable } from '../../aws/registry/workflows.ts';
import { limits } from '../../contract/limits.ts';
import { whole, workflowNamePattern } from '../../contract/patterns.ts';
import type { ListedWorkflow, WorkflowsQuery, WorkflowsReply } from '../../contract/workflow.ts';
import { errorFields } from '../../log.ts';
import { disjointPatterns } from '../../model/access/permission.ts';
import { readCursor, writeCursor } from '../../model/list-cursor.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import { isShown, uncounted, viewOf, workflowView } from './workflow-view.ts';

/** Up to this many workflows are counted one by one, which takes less time than reading the whole index. */
const fewWorkflows = 3;
/** How many workflows are counted at the same time, each by a call for every state and partition. */
const parallel = 16;

/**
 * The workflows that `visible` covers, by name, with their settings, counts and next check. Removed workflows are
 * included only while they have items. No other workflow is read, so not even a cursor or a short page reveals one.
 */
export async function listWorkflows(
  { items, registry, clock, log }: Pick<Ports, 'items' | 'registry' | 'clock' | 'log'>,
  { query, visible }: { query: WorkflowsQuery; visible: readonly string[] },
): Promise<WorkflowsReply> {
  const after = readCursor(query.cursor, 'workflows', whole(workflowNamePattern));
  const limit = query.limit === undefined ? limits.defaultPageItems : Number(query.limit);
  const { records, more } = await pageOf(registry, disjointPatterns(visible), after, limit);
  const readable = records.flatMap((record) => {
    if (!('error' in record)) return [record];
    // An unreadable workflow must not hide the others. The sweep also logs it and continues to watch its items.
    log.error('record cannot be read', { workflow: record.name, ...errorFields(record.error) });
    return [];
  });
  const isCounted = query.counts !== 'none';
  const isMany = isCounted && readable.length > fewWorkflows;
  const counts = isMany ? await countEveryWorkflow(items.client, items.name) : undefined;
  const views = await pLimit(parallel).map(readable, async (record): Promise<ListedWorkflow[]> => {
    // Whether a removed workflow has items again is not known without a count.
    if (!isCounted && !record.removed) return [uncounted(record, clock.now())];
    const view = counts
      ? viewOf(record, counts.get(record.name) ?? noCounts(), clock.now())
      : await workflowView({ items, clock }, record);
    if (!isShown(record, view)) return [];
    return [isCounted ? view : uncounted(record, clock.now())];
  });
  const workflows = views.flat();
  const last = records.at(-1);
  return { workflows, ...(more && last && { cursor: writeCursor(last.name, 'workflows') }) };
}

/** Reads pattern after pattern, in the order of names, until the page is full. */
async function pageOf(
  registry: RegistryTable,
  patterns: readonly string[],
  after: string | undefined,
  limit: number,
): Promise<{ records: (WorkflowRecord | Unreadable)[]; more: boolean }> {
  const page: (WorkflowRecord | Unreadable)[] = [];
  for (const [index, pattern] of patterns.entries()) {
    const { records, more } = await registry.workflows(pattern, after, limit - page.length);
    page.push(...records);
    const isLast = index === patterns.length - 1;
    if (more || page.length === limit) return { records: page, more: more || !isLast };
  }
  return { records: page, more: false };
}
