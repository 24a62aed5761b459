import * as z from 'zod/mini';
import { ItemPath } from '../../core/contract/item-path.ts';
import { UsageError } from './usage-error.ts';

/** Throws a UsageError if the service would refuse the workflow's name or the item's id. */
export function checkItem(workflow: string, item: string): void {
  const parsed = z.safeParse(ItemPath, { workflow, item });
  if (parsed.success) return;
  const [{ path, message } = { path: [], message: '' }] = parsed.error.issues;
  throw new UsageError(`the ${path[0] === 'workflow' ? 'workflow' : 'id'} ${message}`);
}
