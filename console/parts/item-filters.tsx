import { changeQuery, hrefOf, place } from '../location.ts';
import { itemStates, leftOut } from './filters.ts';

/** Filters of the list that are text fields, with their labels. */
const texts = [
  ['prefix', 'Id begins with'],
  ['step', 'Last step'],
  ['tag', 'Tags (key or key:value)'],
  ['reason', 'Reason contains'],
  ['type', 'Type of failure'],
  ['attempt', 'Attempt'],
] as const;
const times = [
  ['registeredAfter', 'Registered after'],
  ['registeredBefore', 'Registered before'],
  ['dueAfter', 'Due after'],
  ['dueBefore', 'Due before'],
] as const;

/** Whether the fields below show this part of the query. */
function isShown(name: string, value: string): boolean {
  if (name === 'started') return value === 'false';
  if (name === 'stuck') return value === 'true';
  return ['state', 'cursor'].includes(name) || [...texts, ...times].some(([one]) => one === name);
}

/** Changes a filter, from the first page on. */
function change(name: string, value: string | readonly string[] | undefined): void {
  changeQuery({ [name]: value, cursor: undefined });
}

/** Every filter of a list of items. They are in the URL, so a link opens exactly the same list. */
export function ItemFilters({ workflow }: { workflow: string }) {
  const { query } = place.value;
  const unknown = leftOut(query);
  const unshown = [...query]
    .filter(([name, value]) => !isShown(name, value))
    .map((pair) => pair.join('='))
    .filter((one) => !unknown.includes(one));
  const isLess = [...times, ...texts].some(([name]) => query.has(name));
  return (
    <fieldset class="filters">
      <legend>Filters</legend>
      {itemStates.map((state) => (
        <Check
          key={state}
          label={state}
          isChecked={query.getAll('state').includes(state)}
          onCheck={(checked) => {
            const others = query.getAll('state').filter((one) => one !== state);
            change('state', checked ? [...others, state] : others);
          }}
        />
      ))}
      <Check
        label="not started"
        isChecked={query.get('started') === 'false'}
        onCheck={(checked) => change('started', checked ? 'false' : undefined)}
      />
      <Check
        label="stuck"
        isChecked={query.get('stuck') === 'true'}
        onCheck={(checked) => change('stuck', checked ? 'true' : undefined)}
      />
      <details open={isLess}>
        <summary>By id, step, tag, reason and time</summary>
        {texts.map(([name, label]) => (
          <label key={name}>
            {label}{' '}
            <input
              value={query.getAll(name).join(' ')}
              onChange={({ currentTarget }) => {
                const text = currentTarget.value.trim();
                change(name, name === 'tag' ? text.split(/\s+/).filter(Boolean) : text);
              }}
            />
          </label>
        ))}
        {times.map(([name, label]) => (
          <label key={name}>
            {label}{' '}
            <input
              type="datetime-local"
              value={localText(query.get(name))}
              onChange={({ currentTarget: { value } }) =>
                change(name, value === '' ? undefined : new Date(value).toISOString())
              }
            />
          </label>
        ))}
      </details>
      {unshown.length > 0 && <p>Also: {unshown.join(', ')}</p>}
      {query.size > 0 && <a href={hrefOf(['workflows', workflow, 'items'])}>Without filters</a>}
    </fieldset>
  );
}

function Check({
  label,
  isChecked,
  onCheck,
}: {
  label: string;
  isChecked: boolean;
  onCheck: (checked: boolean) => void;
}) {
  return (
    <label>
      <input
        type="checkbox"
        checked={isChecked}
        onChange={({ currentTarget }) => onCheck(currentTarget.checked)}
      />{' '}
      {label}
    </label>
  );
}

/** An ISO 8601 time in the form of a field for local times: without a zone. */
function localText(at: string | null): string {
  const time = at === null ? Number.NaN : Date.parse(at);
  if (Number.isNaN(time)) return '';
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
