import type { IncidentSummary } from '../../core/contract/incident.ts';
import { numberText } from '../../core/contract/number-text.ts';
import { call } from '../api.ts';
import { changeQuery, hrefOf, place } from '../location.ts';
import { Empty, Head, State, Time, Trouble } from '../parts/basics.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { usePoll } from '../poll.ts';
import { plural } from '../text.ts';

/** "1,533 overdue, 33 failed" */
export function countsText(counts: IncidentSummary['counts']): string {
  if (counts === undefined) return '';
  const { overdue, failed, notStarted, warned, stuck, unreadable } = counts;
  const parts: [number | undefined, string][] = [
    [overdue, 'overdue'],
    [failed, 'failed'],
    [notStarted, 'not started'],
    [warned, 'late'],
    [stuck, 'stuck'],
    [unreadable, 'unreadable'],
  ];
  const text = parts.flatMap(([count, what]) => (count ? [`${numberText(count)} ${what}`] : [])).join(', ');
  return text === '' ? 'nothing is wrong any more' : text;
}

const columns: readonly Column<IncidentSummary>[] = [
  {
    title: 'Incident',
    of: ({ id, workflow, kind }) => (
      <a class="row" href={hrefOf(['incidents', id])}>
        {workflow}: {kind}
      </a>
    ),
  },
  {
    title: 'State',
    of: ({ state, acknowledged }) => <State of={acknowledged && state === 'open' ? 'acknowledged' : state} />,
  },
  { title: 'Counts', of: ({ counts }) => countsText(counts) },
  { title: 'Opened', of: ({ openedAt }) => <Time at={openedAt} /> },
  { title: 'Resolved', isExtra: true, of: ({ resolvedAt }) => resolvedAt && <Time at={resolvedAt} /> },
];

export function IncidentsPage() {
  const { query } = place.value;
  const [state, cursor] = [query.get('state') ?? '', query.get('cursor') ?? undefined];
  const { value, error } = usePoll(`incidents ${query}`, (signal) =>
    call('list-incidents', {
      path: {},
      query: {
        limit: 50,
        ...(state === 'open' || state === 'resolved' ? { state } : {}),
        ...(cursor && { cursor }),
      },
      signal,
    }),
  );
  return (
    <>
      <Head title="Incidents">
        <label>
          Show{' '}
          <select
            value={state}
            onChange={({ currentTarget }) => changeQuery({ state: currentTarget.value, cursor: undefined })}
          >
            <option value="">all incidents of the past 90 days</option>
            <option value="open">open incidents</option>
            <option value="resolved">resolved incidents</option>
          </select>
        </label>
      </Head>
      <Trouble error={error} />
      {value?.incidents.length === 0 && (
        <Empty
          text="No incident: nothing was lost. A drill shows what you would receive:"
          warden="warden drill"
        />
      )}
      {value !== undefined && value.incidents.length > 0 && (
        <Table
          caption={plural(value.incidents.length, 'incident')}
          rows={value.incidents}
          columns={columns}
          keyOf={({ id }) => id}
        />
      )}
      {value?.cursor !== undefined && (
        <a href={hrefOf(['incidents'], { state, cursor: value.cursor })}>Older incidents</a>
      )}
    </>
  );
}
