import type { ItemSummary } from '../../core/contract/item.ts';
import { call } from '../api.ts';
import { hrefOf, place } from '../location.ts';
import { Empty, Head, State, Tags, Time, Trouble } from '../parts/basics.tsx';
import { Bulk } from '../parts/bulk.tsx';
import { breachedFilters, filtersOf, leftOut, lostFilters, queryOf } from '../parts/filters.ts';
import { Groups } from '../parts/groups.tsx';
import { ItemFilters } from '../parts/item-filters.tsx';
import { ItemSearch } from '../parts/item-search.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { May } from '../permission.tsx';
import { usePoll } from '../poll.ts';
import { plural, timeText } from '../text.ts';

const pageSize = 50;

/** The state in words for people. */
function stateText({ state, neverStarted, stuckAt }: ItemSummary): string {
  if (neverStarted) return 'not started';
  return state === 'waiting' && stuckAt !== undefined ? 'stuck' : state;
}

const isLost = ({ state }: ItemSummary) => state === 'overdue' || state === 'failed';

const columns = (workflow: string): readonly Column<ItemSummary>[] => [
  {
    title: 'Item',
    of: ({ item }) => (
      <a class="row" href={hrefOf(['workflows', workflow, 'item', item])}>
        {item}
      </a>
    ),
  },
  { title: 'State', of: (item) => <State of={stateText(item)} /> },
  { title: 'Step', of: ({ step, lostAfter }) => step ?? (lostAfter ? `after ${lostAfter.step}` : '') },
  {
    title: 'Reason',
    isExtra: true,
    of: ({ failure }) => failure && <span class="reason">{failure.reason}</span>,
  },
  { title: 'Tags', isExtra: true, of: ({ tags }) => <Tags of={tags} /> },
  { title: 'Attempt', isNumber: true, isExtra: true, of: ({ attempt }) => attempt },
  {
    title: 'Deadline',
    of: ({ state, deadline }) =>
      // Of what has failed or is completed, nothing is due any more.
      state === 'waiting' || state === 'overdue' ? <Time at={deadline} /> : timeText(deadline),
  },
];

export function ItemsPage({ workflow }: { workflow: string }) {
  const { query } = place.value;
  const filters = filtersOf(query);
  const cursor = query.get('cursor') ?? undefined;
  const { value, error } = usePoll(`items ${workflow} ${query}`, (signal) =>
    call('list', {
      path: { workflow },
      query: { ...filters, limit: pageSize, ...(cursor && { cursor }) },
      signal,
    }),
  );
  const lost = lostFilters(filters);
  const unknown = leftOut(query);
  // Otherwise more would be resumed than the link asks for.
  const bulk = unknown.length === 0 ? breachedFilters(filters) : undefined;
  // Lost items may be on another page, so only a list on one page says that there are none.
  const isWithoutLost =
    value === undefined || (cursor === undefined && value.cursor === undefined && !value.items.some(isLost));
  return (
    <>
      <Head
        title="Items"
        trail={[
          ['Workflows', ['workflows']],
          [workflow, ['workflows', workflow]],
        ]}
      >
        <ItemSearch workflow={workflow} />
      </Head>
      <ItemFilters workflow={workflow} />
      {unknown.length > 0 && (
        <p class="trouble">
          This page does not know {unknown.join(', ')}, so it lists items that the link does not ask for.
        </p>
      )}
      <Trouble error={error} />
      {lost && <Groups workflow={workflow} filters={lost} />}
      {bulk && !isWithoutLost && (
        <May act="start-redrive" workflow={workflow}>
          <Bulk workflow={workflow} filter={bulk} />
        </May>
      )}
      {value?.items.length === 0 && <None workflow={workflow} isFiltered={query.size > 0} />}
      {value !== undefined && value.items.length > 0 && (
        <Table
          caption={
            value.cursor === undefined && !cursor
              ? plural(value.items.length, 'item')
              : `${plural(value.items.length, 'item')} on this page`
          }
          rows={value.items}
          columns={columns(workflow)}
          keyOf={({ item }) => item}
        />
      )}
      {value?.cursor !== undefined && (
        <a href={hrefOf(['workflows', workflow, 'items'], { ...queryOf(filters), cursor: value.cursor })}>
          Next page
        </a>
      )}
    </>
  );
}

function None({ workflow, isFiltered }: { workflow: string; isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <>
        <Empty
          text="No item matches. To ask whether certain items are lost, completed or were never registered, pass their ids:"
          warden={`warden reconcile ${workflow} ids.txt`}
        />
        <a href={hrefOf(['workflows', workflow, 'items'])}>All items</a>
      </>
    );
  }
  return (
    <Empty
      text="No item is watched. Let the warden watch a command, or register an item when work starts:"
      warden={`warden run -w ${workflow} -i nightly --timeout 30m -- backup.sh`}
      curl={{
        method: 'PUT',
        path: `/v1/workflows/${workflow}/item?id=scan-1`,
        body: { timeout: '15m' },
      }}
    />
  );
}
