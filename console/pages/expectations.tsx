import { durationText } from '../../core/contract/duration-text.ts';
import { timeoutMs } from '../../core/contract/timeout.ts';
import { call } from '../api.ts';
import { hrefOf } from '../location.ts';
import { Empty, Head, State, Trouble } from '../parts/basics.tsx';
import { fewAtATime } from '../parts/few-at-a-time.ts';
import { readWorkflows } from '../parts/read-workflows.ts';
import { type Column, Table } from '../parts/table.tsx';
import { seldomMs, usePoll } from '../poll.ts';
import { plural } from '../text.ts';

/** Statistics that are read at the same time. */
const mostAtATime = 4;

async function read(signal: AbortSignal) {
  const [{ workflows, next }, { incidents, cursor }] = await Promise.all([
    readWorkflows(undefined, signal),
    call('list-incidents', { path: {}, query: { state: 'open', limit: 200 }, signal }),
  ]);
  const expecting = workflows.filter(({ expect }) => expect !== undefined);
  const rows = await fewAtATime(expecting, mostAtATime, async (one) => ({
    ...one,
    came: await cameIn(one.workflow, timeoutMs(one.expect?.every ?? 0) ?? 0, signal).catch(
      (error: Error) => error,
    ),
    shortfall: incidents.find(({ workflow, kind }) => workflow === one.workflow && kind === 'shortfall'),
    areAllIncidentsRead: cursor === undefined,
  }));
  return { rows, isPart: next !== undefined };
}

/** How many items were registered in the last `every`, from the beginning of its first hour. */
async function cameIn(workflow: string, ms: number, signal: AbortSignal): Promise<number> {
  const from = new Date(Date.now() - ms).toISOString();
  const query = { by: 'hour', from } as const;
  const { total } = await call('read-statistics', { path: { workflow }, query, signal });
  return total.started - total.resumed;
}

type Expecting = Awaited<ReturnType<typeof read>>['rows'][number];

const columns: readonly Column<Expecting>[] = [
  {
    title: 'Workflow',
    of: ({ workflow }) => (
      <a class="row" href={hrefOf(['workflows', workflow])}>
        {workflow}
      </a>
    ),
  },
  { title: 'At least', isNumber: true, of: ({ expect }) => expect?.atLeast.toLocaleString('en') },
  { title: 'In every', of: ({ expect }) => durationText(timeoutMs(expect?.every ?? 0) ?? 0) },
  {
    title: 'Registered in that time, by full hours',
    isNumber: true,
    of: ({ came }) => (came instanceof Error ? `unknown: ${came.message}` : came.toLocaleString('en')),
  },
  {
    title: 'State',
    of: ({ shortfall, areAllIncidentsRead }) =>
      shortfall === undefined ? (
        <State of={areAllIncidentsRead ? 'ok' : 'unknown'} />
      ) : (
        <a class="state open" href={hrefOf(['incidents', shortfall.id])}>
          too few registered
        </a>
      ),
  },
];

/** The expected registrations, and whether they came: work that does not begin at all registers nothing. */
export function ExpectationsPage() {
  const { value, error } = usePoll('expectations', read, seldomMs);
  return (
    <>
      <Head title="Expected registrations" />
      <Trouble error={error} />
      {value?.rows.length === 0 && !value.isPart && (
        <Empty
          text="No workflow expects registrations. A nightly job that does not start registers nothing, so tell the warden to expect it:"
          curl={{
            method: 'PATCH',
            path: '/v1/workflows/backup',
            body: { expect: { atLeast: 1, every: 'P1D' } },
          }}
        />
      )}
      {value?.isPart && (
        <p>
          Only the first thousand workflows were looked through
          {value.rows.length === 0 && ', and none of them expects registrations'}.
        </p>
      )}
      {value?.rows.some(({ areAllIncidentsRead }) => !areAllIncidentsRead) && (
        <p>Only the first 200 open incidents were looked through.</p>
      )}
      {value !== undefined && value.rows.length > 0 && (
        <Table
          caption={plural(value.rows.length, 'workflow')}
          rows={value.rows}
          columns={columns}
          keyOf={({ workflow }) => workflow}
        />
      )}
    </>
  );
}
