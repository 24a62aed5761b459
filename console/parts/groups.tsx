import { hrefOf } from '../location.ts';
import { plural } from '../text.ts';
import { Time, Trouble } from './basics.tsx';
import { type Filters, queryOf } from './filters.ts';
import { filtersOfGroup, type Group, groupKinds, heaviest } from './tally.ts';
import { type Counting, useTally } from './use-tally.ts';

/** Of each kind. */
const mostGroups = 6;
const titles = { step: 'Last step', reason: 'Reason', tag: 'Tag' } as const;

/** What the lost items that match have in common, heaviest first. Each group opens the list of its items. */
export function Groups({ workflow, filters }: { workflow: string; filters: Filters }) {
  const counting = useTally(workflow, filters);
  const { tally, error } = counting;
  if (tally.items === 0) return <Trouble error={error} />;
  return (
    <section aria-label="What they have in common">
      <h2>What they have in common</h2>
      <Over {...counting} />
      <Trouble error={error} />
      <div class="kinds">
        {groupKinds.map((kind) => {
          const groups = heaviest(tally, kind, mostGroups);
          if (groups.length === 0) return null;
          return (
            <div key={kind}>
              <h3>{titles[kind]}</h3>
              <ul class="groups">
                {groups.map((group) => (
                  <li key={group.value ?? ''}>
                    <Share of={group.count} all={tally.items} />{' '}
                    <a
                      href={hrefOf(['workflows', workflow, 'items'], queryOf(filtersOfGroup(filters, group)))}
                    >
                      {textOf(group)}
                    </a>{' '}
                    <strong>{group.count.toLocaleString('en')}</strong>
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
      </div>
    </section>
  );
}

function textOf({ value }: Group): string {
  return value ?? 'before any step';
}

function Share({ of, all }: { of: number; all: number }) {
  return (
    <svg width="80" height="10" aria-hidden="true">
      <rect width={(of / all) * 80} height="10" />
    </svg>
  );
}

/** How many items were counted, and a button to count the rest. */
function Over({ tally, isPart, isBusy, at, countAll, stop }: Counting) {
  const of = plural(tally.items, 'lost item');
  if (isBusy) {
    return (
      <p>
        Counting: {of} so far.{' '}
        <button type="button" onClick={stop}>
          Stop
        </button>
      </p>
    );
  }
  return (
    <p>
      {isPart ? `Of the first ${of}` : `Of ${tally.items === 1 ? 'the' : 'all'} ${of}`}, counted{' '}
      {at !== undefined && <Time at={at} />}.{' '}
      {isPart && (
        <button type="button" onClick={countAll}>
          Count all
        </button>
      )}
    </p>
  );
}
