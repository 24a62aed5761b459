import type { ItemsTable } from '../aws/items-table.ts';
import type { RegistryTable } from '../aws/registry-table.ts';
import { limits } from '../contract/limits.ts';
import type { WorkflowsReply } from '../contract/workflow.ts';
import { readCursor, writeCursor } from '../rules/list-cursor.ts';
import { isShown, workflowView } from './workflow-view.ts';

/** All workflows by name, with their settings, counts and oldest deadline. Removed ones only while they have items. */
export async function listWorkflows(
  { items, registry }: { items: ItemsTable; registry: RegistryTable },
  query: { limit?: string | undefined; cursor?: string | undefined },
): Promise<WorkflowsReply> {
  const after = readCursor(query.cursor, 'workflows', /^[A-Za-z0-9._-]{1,64}$/);
  const limit = query.limit === undefined ? limits.defaultPageItems : Number(query.limit);
  const { records, more } = await registry.workflows(after, limit);
  const workflows = [];
  for (const record of records) {
    const view = await workflowView(items, record);
    if (isShown(record, view)) workflows.push(view);
  }
  const last = records.at(-1);
  return { workflows, ...(more && last && { cursor: writeCursor(last.name, 'workflows') }) };
}
