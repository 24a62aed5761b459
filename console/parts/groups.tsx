import type { ItemSummary } from '../../core/contract/item.ts';
import { hrefOf } from '../location.ts';

/** Items that have something in common. */
export interface Group {
  /** What they have in common, for people. */
  name: string;
  value: string;
  count: number;
  /** The filter that lists exactly these. */
  filter: Readonly<Record<string, string | readonly string[]>>;
}

/** Of each kind: steps, reasons and tags. */
const mostOfKind = 4;

/** What lost items have in common: their last step, reason of failure and tags, heaviest first. */
export function groupsOf(items: readonly ItemSummary[]): Group[] {
  const groups = new Map<string, Group>();
  const add = (name: string, value: string, filter: Group['filter']) => {
    const key = `${name}\n${value}`;
    const before = groups.get(key) ?? { name, value, count: 0, filter };
    groups.set(key, { ...before, count: before.count + 1 });
  };
  for (const { state, step, failure, tags } of items) {
    if (state !== 'overdue' && state !== 'failed') continue;
    if (step === undefined) add('step', 'none', { started: 'false' });
    else add('step', step, { step });
    if (failure !== undefined) add('reason', failure.reason, { reason: failure.reason });
    for (const [key, value] of Object.entries(tags ?? {}))
      add('tag', `${key}:${value}`, { tag: [`${key}:${value}`] });
  }
  const heaviest = [...groups.values()].toSorted((one, other) => other.count - one.count);
  const seen = new Map<string, number>();
  return heaviest.filter(({ name }) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before < mostOfKind;
  });
}

export function Groups({
  workflow,
  filters,
  groups,
  isPart,
}: {
  workflow: string;
  filters: Readonly<Record<string, string | readonly string[]>>;
  groups: readonly Group[];
  /** Whether only the first items were counted. */
  isPart: boolean;
}) {
  if (groups.length === 0) return null;
  const most = groups[0]?.count ?? 1;
  return (
    <section>
      <h2>What they have in common{isPart ? ', of the first ones' : ''}</h2>
      <ul class="groups">
        {groups.map(({ name, value, count, filter }) => (
          <li key={`${name} ${value}`}>
            <svg width="80" height="10" aria-hidden="true">
              <rect width={(count / most) * 80} height="10" />
            </svg>{' '}
            <a href={hrefOf(['workflows', workflow, 'items'], { ...filters, ...filter })}>
              {name} {value}
            </a>{' '}
            <strong>{count.toLocaleString('en')}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}
