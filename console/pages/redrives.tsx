import { useState } from 'preact/hooks';
import { numberText } from '../../core/contract/number-text.ts';
import type { Redrive } from '../../core/contract/redrive.ts';
import { call } from '../api.ts';
import { hrefOf } from '../location.ts';
import { Action, Confirmed } from '../parts/action.tsx';
import { Empty, Facts, Head, State, Time, Trouble } from '../parts/basics.tsx';
import { NumberField } from '../parts/field.tsx';
import { ItemSearch } from '../parts/item-search.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { May } from '../permission.tsx';
import { usePoll } from '../poll.ts';
import { personText, plural } from '../text.ts';

const doneOf = ({ resumed, discarded }: Redrive) => resumed ?? discarded ?? 0;

const columns: readonly Column<Redrive>[] = [
  {
    title: 'Redrive',
    of: ({ id, workflow, action }) => (
      <a class="row" href={hrefOf(['workflows', workflow, 'redrives', id])}>
        {action} {id}
      </a>
    ),
  },
  { title: 'State', of: ({ state }) => <State of={state} /> },
  { title: 'Done', isNumber: true, of: (redrive) => `${doneOf(redrive)} of ${redrive.matched ?? '…'}` },
  { title: 'By', isExtra: true, of: ({ by }) => personText({ by }) },
  { title: 'Started', of: ({ startedAt }) => <Time at={startedAt} /> },
];

/** Another rate from the next page on. */
function Rate({ workflow, redrive, rate }: { workflow: string; redrive: string; rate: number }) {
  const [text, setText] = useState(String(rate));
  return (
    <>
      <NumberField label="Items a second" most={1000} value={text} onText={setText} />
      <Action
        isDisabled={Number(text) === rate}
        act={() => call('change-redrive', { path: { workflow, redrive }, body: { rate: Number(text) } })}
      >
        Change the rate
      </Action>{' '}
    </>
  );
}

export function RedrivesPage({ workflow }: { workflow: string }) {
  const { value, error } = usePoll(`redrives ${workflow}`, (signal) =>
    call('list-redrives', { path: { workflow }, query: { limit: 50 }, signal }),
  );
  return (
    <>
      <Head
        title="Redrives"
        trail={[
          ['Workflows', ['workflows']],
          [workflow, ['workflows', workflow]],
        ]}
      >
        <ItemSearch workflow={workflow} />
      </Head>
      <Trouble error={error} />
      {value?.redrives.length === 0 && (
        <Empty
          text="Nothing was resumed or discarded in the past 90 days. The list of lost items has a button that resumes all items that match. To try with one item first:"
          warden={`warden redrive ${workflow} --try 1`}
        />
      )}
      {value !== undefined && value.redrives.length > 0 && (
        <Table
          caption={plural(value.redrives.length, 'redrive')}
          rows={value.redrives}
          columns={columns}
          keyOf={({ id }) => id}
        />
      )}
    </>
  );
}

export function RedrivePage({ workflow, id }: { workflow: string; id: string }) {
  const path = { workflow, redrive: id };
  const { value, error } = usePoll(`redrive ${workflow} ${id}`, (signal) =>
    call('read-redrive', { path, signal }),
  );
  const change = (action: 'pause' | 'continue' | 'abort') => () =>
    call('change-redrive', { path, body: { action } });
  return (
    <>
      <Head
        title={value?.action === 'discard' ? 'Discard' : 'Redrive'}
        trail={[
          ['Workflows', ['workflows']],
          [workflow, ['workflows', workflow]],
          ['Redrives', ['workflows', workflow, 'redrives']],
        ]}
      >
        <ItemSearch workflow={workflow} />
      </Head>
      <Trouble error={error} />
      {value !== undefined && (
        <>
          <p>
            <progress max={Math.max(1, value.matched ?? 1)} value={doneOf(value)} aria-label="Progress" />{' '}
            {doneOf(value).toLocaleString('en')} of{' '}
            {value.matched?.toLocaleString('en') ?? 'an unknown number'}
            {value.estimatedEnd !== undefined && (
              <>
                , ends <Time at={value.estimatedEnd} />
              </>
            )}
          </p>
          <May act="change-redrive" workflow={workflow}>
            <div>
              {value.action === 'redrive' && (value.state === 'running' || value.state === 'paused') && (
                <Rate workflow={workflow} redrive={id} rate={value.rate} />
              )}
              {value.state === 'running' && <Action act={change('pause')}>Pause</Action>}
              {value.state === 'paused' && (
                <Action kind="main" act={change('continue')}>
                  Continue
                </Action>
              )}{' '}
              {(value.state === 'running' || value.state === 'paused') && (
                <Confirmed
                  what="abort it"
                  question="It cannot be continued after that. What is resumed stays resumed."
                  act={change('abort')}
                />
              )}
            </div>
          </May>
          <Facts
            of={[
              ['State', <State of={value.state} key="state" />],
              ['Rate', `${value.rate} a second`],
              ['Filter', <code key="filter">{JSON.stringify(value.filter)}</code>],
              ['Note', value.note],
              ['By', personText(value)],
              ['Started', <Time at={value.startedAt} isExact key="started" />],
              ['Ended', value.endedAt && <Time at={value.endedAt} isExact />],
              [
                'Counted',
                value.counted !== undefined && `the first ${numberText(value.counted)} of the resumed items`,
              ],
              ['Completed', value.completed],
              ['Being worked on', value.outstanding],
              ['Failed again', value.failedAgain],
              ['Overdue again', value.overdueAgain],
              ['In a later attempt or removed', value.movedOn],
              ['Skipped', value.skipped || undefined],
              ['Not delivered', value.failed || undefined],
              ['Cannot continue', value.lastError && `${value.lastError.error}, retried every minute`],
            ]}
          />
          {value.errors.length > 0 && (
            <ul>
              {value.errors.map(({ item, error: why }) => (
                <li key={item}>
                  <a href={hrefOf(['workflows', workflow, 'item', item])}>{item}</a>: {why}
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </>
  );
}
