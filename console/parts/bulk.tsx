import { useState } from 'preact/hooks';
import type { ReplyOf } from '../../core/contract/calls.ts';
import { durationText } from '../../core/contract/duration-text.ts';
import { call } from '../api.ts';
import { go, hrefOf } from '../location.ts';
import { plural } from '../text.ts';
import { Action } from './action.tsx';

/** The filters of a list as a redrive and a discard have them. */
export type BreachedQuery = Readonly<Record<string, string | readonly string[]>>;
type DryRun = Extract<ReplyOf<'start-redrive'>, { count: number }>;

/**
 * Resumes or discards everything that matches the filters, not what a page shows: it counts first, shows what would happen,
 * and asks. `filter` is undefined while a filter is set that redrives do not have.
 */
export function Bulk({ workflow, filter }: { workflow: string; filter: BreachedQuery }) {
  const key = JSON.stringify(filter);
  const [counted, setCounted] = useState<{ key: string; action: 'redrive' | 'discard'; found: DryRun }>();
  const [rate, setRate] = useState('10');
  const [limit, setLimit] = useState('');
  const [note, setNote] = useState('');
  const body = {
    ...filter,
    ...(limit !== '' && { limit: Number(limit) }),
    ...(note.trim() !== '' && { note: note.trim() }),
  };
  const count = async (action: 'redrive' | 'discard') => {
    const request = { path: { workflow }, body: { ...body, dryRun: true } } as const;
    const found =
      action === 'redrive'
        ? await call('start-redrive', { ...request, body: { ...body, dryRun: true, rate: Number(rate) } })
        : await call('discard', request);
    if ('count' in found) setCounted({ key, action, found });
  };
  const start = async (action: 'redrive' | 'discard', token: string | undefined) => {
    const started =
      action === 'redrive'
        ? await call('start-redrive', { path: { workflow }, body: { ...body, rate: Number(rate) } })
        : await call('discard', { path: { workflow }, body: { token: token ?? '' } });
    if ('id' in started) go(hrefOf(['workflows', workflow, 'redrives', started.id]));
  };
  const current = counted?.key === key ? counted : undefined;
  return (
    <section class="bulk" aria-label="Resume or discard all that match">
      <label>
        Items a second{' '}
        <input
          type="number"
          min="1"
          max="1000"
          value={rate}
          onInput={(event) => setRate(event.currentTarget.value)}
        />
      </label>
      <label>
        At most{' '}
        <input
          type="number"
          min="1"
          placeholder="all"
          value={limit}
          onInput={(event) => setLimit(event.currentTarget.value)}
        />
      </label>
      <label>
        Note <input value={note} maxLength={512} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
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
          <p>
            {current.action === 'redrive'
              ? `They are sent to the subscribers of the redrive topic, ${rate} a second${
                  current.found.takesMs === undefined
                    ? ''
                    : `, in about ${durationText(current.found.takesMs)}`
                }. Each gets a new deadline.`
              : 'They are removed with their data. This cannot be undone.'}
          </p>
          {current.action === 'redrive' && current.found.subscriptions === 0 && (
            <p class="trouble">Nobody is subscribed to the redrive topic, so nobody would receive them.</p>
          )}
          <Action
            kind={current.action === 'redrive' ? 'main' : 'danger'}
            isDisabled={current.found.count === 0}
            act={() => start(current.action, current.found.token)}
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
