import { useState } from 'preact/hooks';
import type { ReplyOf } from '../../core/contract/calls.ts';
import { durationText } from '../../core/contract/duration-text.ts';
import { call } from '../api.ts';
import { go, hrefOf } from '../location.ts';
import { plural } from '../text.ts';
import { Action } from './action.tsx';
import { Field, NumberField } from './field.tsx';
import type { BreachedFilters } from './filters.ts';

type DryRun = Extract<ReplyOf<'start-redrive'>, { count: number }>;
type BulkAction = 'redrive' | 'discard';

/** The input of a dry run: when it changes, another dry run is needed. */
interface Asked {
  filter: BreachedFilters;
  rate: string;
  limit: string;
  note: string;
}

/**
 * Resumes or discards all items that match the filters, not only the items on the page: it counts first, shows what
 * would happen, and asks.
 */
export function Bulk({ workflow, filter }: { workflow: string; filter: BreachedFilters }) {
  const [rate, setRate] = useState('10');
  const [limit, setLimit] = useState('');
  const [note, setNote] = useState('');
  const asked: Asked = { filter, rate, limit, note };
  const key = JSON.stringify(asked);
  const [counted, setCounted] = useState<{ key: string; action: BulkAction; found: DryRun }>();
  const count = async (action: BulkAction) => {
    const found = await dryRun(workflow, action, asked);
    setCounted({ key, action, found });
  };
  const start = async (action: BulkAction, found: DryRun) => {
    const id = await carryOut(workflow, action, asked, found);
    go(hrefOf(['workflows', workflow, 'redrives', id]));
  };
  const current = counted?.key === key ? counted : undefined;
  return (
    <section class="bulk" aria-label="Resume or discard all that match">
      <NumberField label="Items a second" most={1000} value={rate} onText={setRate} />
      <NumberField label="At most" most={1_000_000} placeholder="all" value={limit} onText={setLimit} />
      <Field label="Note" maxLength={512} value={note} onText={setNote} />
      <Action kind="main" act={() => count('redrive')}>
        Resume all that match…
      </Action>{' '}
      <Action act={() => count('discard')}>Discard all that match…</Action>
      {current !== undefined && (
        <fieldset class="confirm">
          <legend>
            {plural(current.found.count, 'item')}
            {current.found.more ? ' or more' : ''} match
          </legend>
          <What {...current} rate={rate} workflow={workflow} />
          <Action
            kind={current.action === 'redrive' ? 'main' : 'danger'}
            isDisabled={current.found.count === 0}
            act={() => start(current.action, current.found)}
          >
            {current.action === 'redrive' ? 'Resume' : 'Discard'} {plural(current.found.count, 'item')}
          </Action>{' '}
          <button type="button" onClick={() => setCounted(undefined)}>
            No
          </button>
        </fieldset>
      )}
    </section>
  );
}

function bodyOf({ filter, limit, note }: Asked) {
  return {
    ...filter,
    ...(limit !== '' && { limit: Number(limit) }),
    ...(note.trim() !== '' && { note: note.trim() }),
  };
}

async function dryRun(workflow: string, action: BulkAction, asked: Asked): Promise<DryRun> {
  const path = { workflow };
  const body = { ...bodyOf(asked), dryRun: true } as const;
  const found =
    action === 'redrive'
      ? await call('start-redrive', { path, body: { ...body, rate: Number(asked.rate) } })
      : await call('discard', { path, body });
  return found as DryRun;
}

/** Returns the id of the redrive or discard. */
async function carryOut(workflow: string, action: BulkAction, asked: Asked, { token = '' }: DryRun) {
  const path = { workflow };
  const started =
    action === 'redrive'
      ? await call('start-redrive', { path, body: { ...bodyOf(asked), rate: Number(asked.rate) } })
      : await call('discard', { path, body: { token } });
  return 'id' in started ? started.id : '';
}

/** What would happen, and to which items first. */
function What({
  workflow,
  action,
  found,
  rate,
}: {
  workflow: string;
  action: BulkAction;
  found: DryRun;
  rate: string;
}) {
  const { items, takesMs, subscriptions } = found;
  const time = takesMs === undefined ? '' : `, in about ${durationText(takesMs)}`;
  return (
    <>
      <p>
        {action === 'redrive'
          ? `They are sent to the subscribers of the redrive topic, ${rate} a second${time}. Each gets a new deadline.`
          : 'They are removed with their data. This cannot be undone.'}
      </p>
      {action === 'redrive' && subscriptions === 0 && (
        <p class="trouble">Nobody is subscribed to the redrive topic, so nobody would receive them.</p>
      )}
      {items.length > 0 && (
        <p>
          The first:{' '}
          {items.slice(0, 3).map(({ item }, index) => (
            <span key={item}>
              {index > 0 && ', '}
              <a href={hrefOf(['workflows', workflow, 'item', item])}>{item}</a>
            </span>
          ))}
        </p>
      )}
    </>
  );
}
