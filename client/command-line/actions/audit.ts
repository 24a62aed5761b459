import type { AuditEntry } from '../../../core/contract/audit.ts';
import { limits } from '../../../core/contract/limits.ts';
import { parseCount } from '../arguments/count.ts';
import type { Context } from '../context.ts';
import type { AuditOptions } from '../options/audit.ts';
import { writeRows } from '../rows.ts';
import { call, pagesOf } from '../service.ts';
import { personText } from '../text/incident-text.ts';
import type { Column } from '../text/table.ts';
import { localText, zoneOf } from '../text/times.ts';

/** Lists the audit log. Throws a UsageError or a WardenError. */
export async function audit(context: Context, { workflow, limit, all }: AuditOptions): Promise<void> {
  const usual = all ? Number.POSITIVE_INFINITY : limits.defaultPageItems;
  const most = limit === undefined ? usual : parseCount('--limit', limit);
  const entries: AuditEntry[] = [];
  const page = (cursor: object) =>
    call(context, 'list-audit', {
      path: {},
      query: {
        ...(workflow !== undefined && { workflow }),
        limit: Math.min(most, limits.pageItems),
        ...cursor,
      },
    });
  for await (const { entries: some } of pagesOf(page)) {
    entries.push(...some);
    if (entries.length >= most) break;
  }
  await writeRows(context, auditColumns(context), entries.slice(0, most), 'Nobody has done anything yet.');
}

function auditColumns(context: Pick<Context, 'env'>): Column<AuditEntry>[] {
  const zone = zoneOf(context);
  return [
    { title: 'AT', rank: 1, cell: ({ at }) => localText(at, zone) },
    { title: 'BY', rank: 2, cell: personText },
    { title: 'ACTION', rank: 0, cell: ({ action }) => action },
    { title: 'WORKFLOW', rank: 3, cell: ({ workflow }) => workflow },
    { title: 'SUBJECT', rank: 4, cell: ({ subject }) => subject },
    { title: 'DETAILS', rank: 5, cell: detailsOf },
  ];
}

function detailsOf({ scopes, workflows, descendants, settings }: AuditEntry): string {
  return [
    settings?.join(', '),
    scopes && `${scopes.join(' ')} on ${(workflows ?? []).join(' ')}`,
    descendants && 'and the tokens that it created',
  ]
    .filter(Boolean)
    .join('; ');
}
