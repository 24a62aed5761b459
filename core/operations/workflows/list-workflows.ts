import type { Unreadable } from '../../aws/registry/incident-archive.ts';
import type { RegistryTable } from '../../aws/registry/workflows.ts';
import { limits } from '../../contract/limits.ts';
import { whole, workflowNamePattern } from '../../contract/patterns.ts';
import type { WorkflowsReply } from '../../contract/workflow.ts';
import { errorFields, type Log } from '../../log.ts';
import { disjointPatterns } from '../../model/access/permission.ts';
import { readCursor, writeCursor } from '../../model/list-cursor.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import { isShown, type WorkflowViewService, workflowView } from './workflow-view.ts';

/**
 * The workflows that `visible` covers, by name, with their settings, counts and oldest deadline. Removed ones only
 * while they have items. No other is read, so not even a cursor or a short page tells that there is one.
 */
export async function listWorkflows(
  { items, registry, clock, log }: WorkflowViewService & { registry: RegistryTable; log: Log },
  {
    query,
    visible,
  }: { query: { limit?: string | undefined; cursor?: string | undefined }; visible: readonly string[] },
): Promise<WorkflowsReply> {
  const after = readCursor(query.cursor, 'workflows', whole(workflowNamePattern));
  const limit = query.limit === undefined ? limits.defaultPageItems : Number(query.limit);
  const { records, more } = await pageOf(registry, disjointPatterns(visible), after, limit);
  const workflows = [];
  for (const record of records) {
    if ('error' in record) {
      // It must not hide the others. The sweep says so as well, and goes on watching its items.
      log.error('record cannot be read', { workflow: record.name, ...errorFields(record.error) });
      continue;
    }
    const view = await workflowView({ items, clock }, record);
    if (isShown(record, view)) workflows.push(view);
  }
  const last = records.at(-1);
  return { workflows, ...(more && last && { cursor: writeCursor(last.name, 'workflows') }) };
}

/** Pattern after pattern, as they come in the order of names, until the page is full. */
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
