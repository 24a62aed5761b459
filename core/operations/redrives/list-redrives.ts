import { limits } from '../../contract/limits.ts';
import { timeOrderedIdPattern, whole } from '../../contract/patterns.ts';
import type { Redrive } from '../../contract/redrive.ts';
import { errorFields } from '../../log.ts';
import { readCursor, writeCursor } from '../../model/list-cursor.ts';
import { redriveView } from '../../model/redrive/redrive-view.ts';
import type { Ports } from '../../ports.ts';

/** Redrives and discards of a workflow, latest first. */
export async function listRedrives(
  { redrives, clock, log }: Pick<Ports, 'redrives' | 'clock' | 'log'>,
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
    if ('error' in record) {
      log.error('record cannot be read', { workflow, redrive: record.name, ...errorFields(record.error) });
      return [];
    }
    return record.state === 'planned' ? [] : [redriveView(record, clock.now())];
  });
  return { redrives: shown, ...(last !== undefined && { cursor: writeCursor(last, list) }) };
}
