import { useState } from 'preact/hooks';
import type { IncidentSummary } from '../../core/contract/incident.ts';
import type { ListedWorkflow } from '../../core/contract/workflow.ts';
import { call } from '../api.ts';
import { changeQuery, hrefOf, place } from '../location.ts';
import { Empty, Head, Time, Trouble } from '../parts/basics.tsx';
import { Bars } from '../parts/charts.tsx';
import { type Measure, measure, measures } from '../parts/measures.ts';
import { byPeriod, dayMs } from '../parts/periods.ts';
import { readWorkflows } from '../parts/read-workflows.ts';
import { changeOf, shownCount } from '../parts/shown-count.ts';
import { type Column, keysOnScreen, Table } from '../parts/table.tsx';
import { usePoll } from '../poll.ts';
import { agoText, percentText, plural } from '../text.ts';

interface Row extends ListedWorkflow {
  incidents: readonly IncidentSummary[];
  measured: Measure | undefined;
}

/** Rows that are drawn at first. */
const mostRows = 50;

async function read(cursor: string | undefined, signal: AbortSignal) {
  const [{ workflows, next }, { incidents }] = await Promise.all([
    readWorkflows(cursor, signal),
    call('list-incidents', { path: {}, query: { state: 'open', limit: 200 }, signal }),
  ]);
  return { workflows, next, incidents };
}

function countColumn(state: 'waiting' | 'overdue' | 'failed'): Column<Row> {
  return {
    title: state.charAt(0).toUpperCase() + state.slice(1),
    isNumber: true,
    of: ({ workflow, measured, incidents }) => {
      const known = measured && { counts: measured.workflow.counts, at: measured.at };
      const shown = shownCount(state, known, incidents);
      if (shown === undefined) return <span class="none">…</span>;
      const { count, at } = shown;
      const title = `counted ${agoText(new Date(at).toISOString(), Date.now())}`;
      if (count === 0)
        return (
          <span class="none" title={title}>
            0
          </span>
        );
      const isCapped = known?.counts.capped === true && count === 10_000;
      return (
        <a class={`count ${state}`} href={hrefOf(['workflows', workflow, 'items'], { state })} title={title}>
          {count.toLocaleString('en')}
          {isCapped && '+'}
        </a>
      );
    },
  };
}

function Incidents({ incidents, silence }: Pick<Row, 'incidents' | 'silence'>) {
  return (
    <>
      {incidents.map(({ id, kind, state, acknowledged }) => (
        <a key={id} class={`state ${state}`} href={hrefOf(['incidents', id])}>
          {kind}
          {acknowledged ? ', acknowledged' : ''}
        </a>
      ))}
      {silence !== undefined && (
        <span class="state silenced" title={silence.reason}>
          silenced
        </span>
      )}
    </>
  );
}

const columns: readonly Column<Row>[] = [
  {
    title: 'Workflow',
    of: ({ workflow, description }) => (
      <>
        <a class="row" href={hrefOf(['workflows', workflow])}>
          {workflow}
        </a>
        {description !== undefined && <small>{description}</small>}
      </>
    ),
  },
  countColumn('waiting'),
  countColumn('overdue'),
  countColumn('failed'),
  {
    title: 'Incident',
    of: (row) => <Incidents {...row} />,
  },
  {
    title: 'Oldest lost',
    isExtra: true,
    of: ({ measured }) => measured?.workflow.oldestBreached && <Time at={measured.workflow.oldestBreached} />,
  },
  {
    title: 'Lost in 8 days',
    isExtra: true,
    of: ({ measured }) => {
      const { total, lossRate } = measured?.statistics ?? {};
      if (total === undefined || lossRate === undefined) return '';
      const text = `${total.overdue.toLocaleString('en')} of ${total.started.toLocaleString('en')}`;
      return total.overdue === 0 ? text : `${text} (${percentText(lossRate)})`;
    },
  },
  {
    title: 'Started by day',
    isExtra: true,
    of: ({ measured }) =>
      measured?.statistics && (
        <Bars
          values={byPeriod(
            measured.statistics.periods,
            { ms: dayMs, count: 8, now: Date.now() },
            ({ started }) => started,
          )}
          label={`${plural(measured.statistics.total.started, 'attempt')} started in 8 days`}
        />
      ),
  },
];

/** Every workflow with its trouble. Workflows with an incident are first. */
export function WorkflowsPage() {
  const { query } = place.value;
  const cursor = query.get('cursor') ?? undefined;
  const wanted = (query.get('name') ?? '').toLowerCase();
  const [isAll, setAll] = useState(false);
  const { value, error } = usePoll(`workflows ${cursor}`, (signal) => read(cursor, signal));
  const changes = changesOf(value?.incidents ?? []);
  // Counts of the drawn rows, so not before there are rows.
  usePoll(`counts ${value !== undefined} ${wanted}`, (signal) =>
    measure(keysOnScreen, (name) => changes.get(name), signal),
  );
  const rows = rowsOf(value).filter(({ workflow }) => workflow.toLowerCase().includes(wanted));
  const shown = isAll ? rows : rows.slice(0, mostRows);
  return (
    <>
      <Head title="Workflows">
        <label class="search">
          Name contains{' '}
          <input
            type="search"
            data-search
            value={query.get('name') ?? ''}
            onInput={({ currentTarget }) => changeQuery({ name: currentTarget.value })}
          />
        </label>
      </Head>
      <Trouble error={error} />
      {value?.workflows.length === 0 && (
        <Empty
          text="Nothing is watched yet. Let the warden watch a command, or register an item when work starts:"
          warden="warden run -w uploads -i scan-1 --timeout 15m -- ./copy.sh scan-1"
          curl={{
            method: 'PUT',
            path: '/v1/workflows/uploads/item?id=scan-1',
            body: { timeout: '15m' },
          }}
        />
      )}
      {shown.length > 0 && (
        <Table
          caption={plural(rows.length, 'workflow')}
          rows={shown}
          columns={columns}
          keyOf={({ workflow }) => workflow}
        />
      )}
      {shown.length < rows.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {rows.length}
        </button>
      )}
      {value?.next !== undefined && (
        <a href={hrefOf(['workflows'], { cursor: value.next })}>More workflows</a>
      )}
    </>
  );
}

/** When the open incidents of each workflow changed last. */
function changesOf(incidents: readonly IncidentSummary[]): Map<string, number> {
  const changes = new Map<string, number>();
  for (const incident of incidents) {
    const before = changes.get(incident.workflow) ?? 0;
    changes.set(incident.workflow, Math.max(before, changeOf(incident)));
  }
  return changes;
}

function rowsOf(value: Awaited<ReturnType<typeof read>> | undefined): Row[] {
  if (value === undefined) return [];
  const known = measures.value;
  const byWorkflow = Map.groupBy(value.incidents, ({ workflow }) => workflow);
  return value.workflows
    .map((one) => ({
      ...one,
      incidents: byWorkflow.get(one.workflow) ?? [],
      measured: known.get(one.workflow),
    }))
    .toSorted((one, other) => Number(other.incidents.length > 0) - Number(one.incidents.length > 0));
}
