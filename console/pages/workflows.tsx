import { call } from '../api.ts';
import { changeQuery, hrefOf, place } from '../location.ts';
import { Empty, Head, Time, Trouble } from '../parts/basics.tsx';
import { Bars } from '../parts/charts.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { usePoll } from '../poll.ts';
import { plural } from '../text.ts';

type Workflow = Awaited<ReturnType<typeof read>>['workflows'][number];

/** Statistics are read for as many workflows as a screen shows. */
const mostMeasured = 20;

async function read(cursor: string | undefined, signal: AbortSignal) {
  const [{ workflows, cursor: next }, { incidents }] = await Promise.all([
    call('list-workflows', { path: {}, query: { limit: 100, ...(cursor && { cursor }) }, signal }),
    call('list-incidents', { path: {}, query: { state: 'open', limit: 200 }, signal }),
  ]);
  const measured = await Promise.all(
    workflows
      .slice(0, mostMeasured)
      .map(({ workflow }) =>
        call('read-statistics', { path: { workflow }, query: {}, signal }).catch(() => undefined),
      ),
  );
  return {
    next,
    workflows: workflows.map((one, index) => ({
      ...one,
      incidents: incidents.filter(({ workflow }) => workflow === one.workflow),
      statistics: measured[index],
    })),
  };
}

function countLink(state: 'waiting' | 'overdue' | 'failed'): Column<Workflow> {
  return {
    title: state,
    isNumber: true,
    of: ({ workflow, counts }) => {
      const count = counts[state];
      const isCapped = counts.capped === true && count === 10_000;
      const text = `${count.toLocaleString('en')}${isCapped ? '+' : ''}`;
      if (count === 0) return <span class="none">0</span>;
      return (
        <a class={`count ${state}`} href={hrefOf(['workflows', workflow, 'items'], { state })}>
          {text}
        </a>
      );
    },
  };
}

const columns: readonly Column<Workflow>[] = [
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
  countLink('waiting'),
  countLink('overdue'),
  countLink('failed'),
  {
    title: 'Incident',
    of: ({ incidents, silence }) => (
      <>
        {incidents.map(({ id, kind, state, acknowledged }) => (
          <a key={id} class={`state ${state}`} href={hrefOf(['incidents', id])}>
            {kind}
            {acknowledged ? ', acknowledged' : ''}
          </a>
        ))}
        {silence !== undefined && <span class="state silenced">silenced</span>}
      </>
    ),
  },
  {
    title: 'Oldest lost',
    isExtra: true,
    of: ({ oldestBreached }) => oldestBreached !== undefined && <Time at={oldestBreached} />,
  },
  {
    title: 'Lost in 8 days',
    isExtra: true,
    of: ({ statistics }) =>
      statistics !== undefined &&
      statistics.total.started > 0 && (
        <span title={statistics.summary}>
          {statistics.total.overdue.toLocaleString('en')} of {statistics.total.started.toLocaleString('en')}
        </span>
      ),
  },
  {
    title: 'Started by day',
    isExtra: true,
    of: ({ statistics }) =>
      statistics !== undefined && (
        <Bars
          values={statistics.periods.map(({ started }) => started)}
          label={`${plural(statistics.total.started, 'attempt')} started in 8 days`}
        />
      ),
  },
];

/** Every workflow with what is wrong in it: those with something overdue or failed first. */
export function WorkflowsPage() {
  const { query } = place.value;
  const cursor = query.get('cursor') ?? undefined;
  const wanted = query.get('name') ?? '';
  const { value, error } = usePoll(`workflows ${cursor}`, (signal) => read(cursor, signal));
  const shown = (value?.workflows ?? [])
    .filter(({ workflow }) => workflow.toLowerCase().includes(wanted.toLowerCase()))
    .toSorted((one, other) => lost(other) - lost(one));
  return (
    <>
      <Head title="Workflows">
        <label class="search">
          Name contains{' '}
          <input
            type="search"
            data-search
            value={wanted}
            onInput={({ currentTarget }) => changeQuery({ name: currentTarget.value })}
          />
        </label>
      </Head>
      <Trouble error={error} />
      {value?.workflows.length === 0 && (
        <Empty
          text="Nothing is watched yet. Register an item when work starts:"
          command={`curl -X PUT '${location.origin}/v1/workflows/uploads/item?id=scan-1' -d '{"timeout": "15m"}'`}
        />
      )}
      {shown.length > 0 && (
        <Table
          caption={plural(shown.length, 'workflow')}
          rows={shown}
          columns={columns}
          keyOf={({ workflow }) => workflow}
        />
      )}
      {value?.next !== undefined && (
        <a href={hrefOf(['workflows'], { cursor: value.next })}>More workflows</a>
      )}
    </>
  );
}

function lost({ counts: { overdue, failed, notStarted = 0 } }: Workflow): number {
  return overdue + failed + notStarted;
}
