import type { AuditEntry } from '../../core/contract/audit.ts';
import { call } from '../api.ts';
import { hrefOf, place } from '../location.ts';
import { Empty, Head, Time, Trouble } from '../parts/basics.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { usePoll } from '../poll.ts';
import { personText, plural } from '../text.ts';

const columns: readonly Column<AuditEntry>[] = [
  { title: 'When', of: ({ at }) => <Time at={at} /> },
  { title: 'Who', of: ({ by }) => personText({ by }) },
  { title: 'Did', of: ({ action }) => action.replaceAll('-', ' ') },
  {
    title: 'Workflow',
    of: ({ workflow }) => workflow && <a href={hrefOf(['workflows', workflow])}>{workflow}</a>,
  },
  {
    title: 'What',
    isExtra: true,
    of: ({ subject, settings = [], scopes = [] }) =>
      [subject, ...settings, ...scopes].filter(Boolean).join(', '),
  },
];

export function AuditPage() {
  const { query } = place.value;
  const workflow = query.get('workflow') ?? undefined;
  const cursor = query.get('cursor') ?? undefined;
  const { value, error } = usePoll(`audit ${query}`, (signal) =>
    call('list-audit', {
      path: {},
      query: { limit: 100, ...(workflow && { workflow }), ...(cursor && { cursor }) },
      signal,
    }),
  );
  return (
    <>
      <Head title={workflow === undefined ? 'Audit log' : `Audit log of ${workflow}`} />
      <Trouble error={error} />
      {value?.entries.length === 0 && (
        <Empty
          text="Nobody has changed anything in the past 90 days. Changes of settings, silences, redrives and tokens have an entry, such as that of:"
          warden={`warden silence ${workflow ?? 'uploads'} 1h maintenance`}
        />
      )}
      {value !== undefined && value.entries.length > 0 && (
        <Table
          caption={plural(value.entries.length, 'entry').replace('entrys', 'entries')}
          rows={value.entries}
          columns={columns}
          keyOf={({ at, action, by }) => `${at} ${action} ${by}`}
        />
      )}
      {value?.cursor !== undefined && (
        <a href={hrefOf(['audit'], { workflow, cursor: value.cursor })}>Older entries</a>
      )}
    </>
  );
}
