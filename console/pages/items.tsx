import type { ItemSummary } from '../../core/contract/item.ts';
import { call } from '../api.ts';
import { changeQuery, go, hrefOf, place } from '../location.ts';
import { Empty, Head, State, Tags, Time, Trouble } from '../parts/basics.tsx';
import { type BreachedQuery, Bulk } from '../parts/bulk.tsx';
import { Groups, groupsOf } from '../parts/groups.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { usePoll } from '../poll.ts';

/** Filters of the list as text fields, with what people call them. */
const texts = [
  ['prefix', 'Id begins with'],
  ['step', 'Last step'],
  ['tag', 'Tag (key or key:value)'],
  ['reason', 'Reason contains'],
  ['type', 'Type of failure'],
  ['registeredAfter', 'Registered after'],
  ['registeredBefore', 'Registered before'],
  ['dueAfter', 'Due after'],
  ['dueBefore', 'Due before'],
] as const;
const states = ['waiting', 'overdue', 'failed', 'completed'] as const;
const pageSize = 200;
/** Pages that groups are made of: more would be read anew every few seconds. */
const mostPages = 3;

type Query = Record<string, string | readonly string[]>;

function filtersOf(query: URLSearchParams): Query {
  const filters: Query = {};
  for (const name of new Set(query.keys())) {
    if (name === 'cursor') continue;
    const values = query.getAll(name);
    filters[name] = ['state', 'tag', 'id'].includes(name) ? values : (values[0] ?? '');
  }
  return filters;
}

async function read(workflow: string, query: Query, cursor: string | undefined, signal: AbortSignal) {
  const items: ItemSummary[] = [];
  let next = cursor;
  for (let page = 0; page < mostPages; page++) {
    const reply = await call('list', {
      path: { workflow },
      query: { ...query, limit: pageSize, ...(next && { cursor: next }) } as never,
      signal,
    });
    items.push(...reply.items);
    next = reply.cursor;
    if (next === undefined) break;
  }
  return { items, next };
}

/** The filters as a redrive has them; undefined if it has none of their kind. */
function breachedQuery({
  state = [],
  tag = [],
  id,
  sort: _,
  order: __,
  started,
  ...rest
}: Query): BreachedQuery | undefined {
  const wanted = [state].flat();
  if (wanted.some((one) => one === 'waiting' || one === 'completed')) return undefined;
  return {
    ...rest,
    ...(wanted.length > 0 && { states: wanted }),
    ...([tag].flat().length > 0 && { tags: [tag].flat() }),
    ...(id !== undefined && { ids: [id].flat() }),
    ...(started !== undefined && { started: (started === 'true') as never }),
  };
}

const columns = (workflow: string): readonly Column<ItemSummary>[] => [
  {
    title: 'Item',
    of: ({ item }) => (
      <a class="row" href={hrefOf(['workflows', workflow, 'item', item])}>
        {item}
      </a>
    ),
  },
  { title: 'State', of: ({ state, neverStarted }) => <State of={neverStarted ? 'not started' : state} /> },
  { title: 'Step', of: ({ step, lostAfter }) => step ?? (lostAfter ? `after ${lostAfter.step}` : '') },
  {
    title: 'Reason',
    isExtra: true,
    of: ({ failure }) => failure && <span class="reason">{failure.reason}</span>,
  },
  { title: 'Tags', isExtra: true, of: ({ tags }) => <Tags of={tags} /> },
  { title: 'Attempt', isNumber: true, isExtra: true, of: ({ attempt }) => attempt },
  { title: 'Deadline', of: ({ deadline }) => <Time at={deadline} /> },
];

export function ItemsPage({ workflow }: { workflow: string }) {
  const { query } = place.value;
  const filters = filtersOf(query);
  const cursor = query.get('cursor') ?? undefined;
  const key = `items ${workflow} ${query}`;
  const { value, error } = usePoll(key, (signal) => read(workflow, filters, cursor, signal));
  const bulk = breachedQuery(filters);
  return (
    <>
      <Head
        title="Items"
        trail={[
          ['Workflows', ['workflows']],
          [workflow, ['workflows', workflow]],
        ]}
      >
        <form
          class="search"
          onSubmit={(event) => {
            event.preventDefault();
            const id = new FormData(event.currentTarget).get('id');
            if (typeof id === 'string' && id !== '') go(hrefOf(['workflows', workflow, 'item', id]));
          }}
        >
          <label>
            Open the item with this id <input type="search" name="id" data-search />
          </label>{' '}
          <button type="submit">Open</button>
        </form>
      </Head>
      <fieldset class="filters">
        <legend>Filters</legend>
        {states.map((state) => (
          <label key={state}>
            <input
              type="checkbox"
              checked={query.getAll('state').includes(state)}
              onChange={({ currentTarget: { checked } }) => {
                const others = query.getAll('state').filter((one) => one !== state);
                changeQuery({ state: checked ? [...others, state] : others, cursor: undefined });
              }}
            />{' '}
            {state}
          </label>
        ))}
        <label>
          <input
            type="checkbox"
            checked={query.get('started') === 'false'}
            onChange={({ currentTarget: { checked } }) =>
              changeQuery({ started: checked ? 'false' : undefined, cursor: undefined })
            }
          />{' '}
          not started
        </label>
        {texts.map(([name, label]) => (
          <label key={name}>
            {label}{' '}
            <input
              value={query.getAll(name).join(' ')}
              onChange={({ currentTarget }) => {
                const text = currentTarget.value.trim();
                const values = name === 'tag' ? text.split(/\s+/).filter(Boolean) : text;
                changeQuery({ [name]: values, cursor: undefined });
              }}
            />
          </label>
        ))}
        {[...query.keys()].length > 0 && (
          <a href={hrefOf(['workflows', workflow, 'items'])}>Without filters</a>
        )}
      </fieldset>
      {bulk && value?.items.some(({ state }) => state !== 'waiting') && (
        <Bulk workflow={workflow} filter={bulk} />
      )}
      <Trouble error={error} />
      {value !== undefined && (
        <>
          <Groups
            workflow={workflow}
            filters={filters}
            groups={groupsOf(value.items)}
            isPart={value.next !== undefined}
          />
          {value.items.length === 0 ? (
            <Empty text="No item matches." />
          ) : (
            <Table
              caption={`${value.items.length}${value.next === undefined ? '' : ' and more'} items`}
              rows={value.items.slice(0, pageSize)}
              columns={columns(workflow)}
              keyOf={({ item }) => item}
            />
          )}
          {value.items.length > pageSize && (
            <p>Only the first {pageSize} are listed. Choose a group or a filter to see fewer.</p>
          )}
          {value.next !== undefined && (
            <a href={hrefOf(['workflows', workflow, 'items'], { ...filters, cursor: value.next })}>
              The next ones
            </a>
          )}
        </>
      )}
    </>
  );
}
