import { AuditAction, type AuditEntry, type AuditQuery, type AuditReply } from '../../contract/audit.ts';
import { covers } from '../../contract/granted.ts';
import { limits } from '../../contract/limits.ts';
import { timeOrderedIdPattern, whole } from '../../contract/patterns.ts';
import { instant } from '../../contract/time.ts';
import { errorFields } from '../../log.ts';
import { readCursor, writeCursor } from '../../model/list-cursor.ts';
import type { Ports } from '../../ports.ts';

const dayMs = 86_400_000;

/**
 * Who did what in the past 90 days, latest first: in the workflows that `visible` covers. Entries without a workflow,
 * such as entries about tokens, are for callers who may see all workflows.
 */
export async function listAudit(
  { audit, clock, log }: Pick<Ports, 'audit' | 'clock' | 'log'>,
  { query, visible }: { query: AuditQuery; visible: readonly string[] },
): Promise<AuditReply> {
  const { cursor, limit, ...filter } = query;
  const after = readCursor(cursor, ['audit', filter], whole(timeOrderedIdPattern));
  const size = limit === undefined ? limits.defaultPageItems : Number(limit);
  const { records, last } = await audit.page(after, size);
  const oldest = instant(clock.now() - limits.incidentDays * dayMs);
  const entries = records.flatMap((record): AuditEntry[] => {
    if ('error' in record) {
      log.error('record cannot be read', { audit: record.name, ...errorFields(record.error) });
      return [];
    }
    const { at, by, action, workflow, subject, settings, scopes, workflows, descendants } = record;
    const known = AuditAction.safeParse(action);
    const isSeen = workflow === undefined ? visible.includes('*') : covers(visible, workflow);
    const isAsked = query.workflow === undefined || workflow === query.workflow;
    if (!known.success || !isSeen || !isAsked || at < oldest) return [];
    return [
      {
        at,
        by,
        action: known.data,
        ...(workflow !== undefined && { workflow }),
        ...(subject !== undefined && { subject }),
        ...(settings !== undefined && { settings }),
        ...(scopes !== undefined && { scopes }),
        ...(workflows !== undefined && { workflows }),
        ...(descendants && { descendants }),
      },
    ];
  });
  return { entries, ...(last !== undefined && { cursor: writeCursor(last, ['audit', filter]) }) };
}
