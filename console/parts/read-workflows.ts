import type { ListedWorkflow } from '../../core/contract/workflow.ts';
import { call } from '../api.ts';

const mostPages = 5;

/**
 * A thousand workflows by name, and where more begin: names and settings, nothing that has to be counted, so that it is
 * cheap however many items there are.
 */
export async function readWorkflows(
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<{ workflows: ListedWorkflow[]; next: string | undefined }> {
  const workflows: ListedWorkflow[] = [];
  let next = cursor;
  for (let page = 0; page < mostPages; page++) {
    const query = { limit: 200, counts: 'none', ...(next && { cursor: next }) } as const;
    const reply = await call('list-workflows', { path: {}, query, signal });
    workflows.push(...reply.workflows);
    next = reply.cursor;
    if (next === undefined) break;
  }
  return { workflows, next };
}
