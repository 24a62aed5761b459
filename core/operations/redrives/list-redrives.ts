import type { RedrivesTable } from '../../aws/registry/redrives.ts';
import type { Clock } from '../../clock.ts';
import { limits } from '../../contract/limits.ts';
import { timeOrderedIdPattern, whole } from '../../contract/patterns.ts';
import type { Redrive } from '../../contract/redrive.ts';
import { errorFields, type Log } from '../../log.ts';
import { readCursor, writeCursor } from '../../model/list-cursor.ts';
import { redriveView } from '../../model/redrive/redrive-view.ts';

/** Redrives and discards of a workflow, latest first. */
export async function listRedrives(
  { redrives, clock, log }: { redrives: RedrivesTable; clock: Clock; log: Log },
  {
    workflow,
    query,
  }: { workflow: string; query: { limit?: string | undefined; cursor?: string | undefined } },
): Promise<{ redrives: Redrive[]; cursor?: string }> {
  const list = ['redrives', workflow];
  const after = readCursor(query.cursor, list, whole(timeOrderedIdPattern));
  const limit = query.limit === undefined ? limits.defaultPageItems : Number(query.limit);
  const { records, last } = await redrives.page(workflow, after, limit);
  const shown = records.flatMap((record) => {
    if (record instanceof Error) {
      log.error('record cannot be read', { workflow, ...errorFields(record) });
      return [];
    }
    return record.state === 'planned' ? [] : [redriveView(record, clock.now())];
  });
  return { redrives: shown, ...(last !== undefined && { cursor: writeCursor(last, list) }) };
}
