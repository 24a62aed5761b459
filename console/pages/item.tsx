import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Item } from '../../core/contract/item.ts';
import { call, callText } from '../api.ts';
import { hrefOf } from '../location.ts';
import { Action, Confirmed } from '../parts/action.tsx';
import { Facts, Head, State, Tags, Time, Trouble } from '../parts/basics.tsx';
import { dataText } from '../parts/data-text.ts';
import { Field } from '../parts/field.tsx';
import { ItemSearch } from '../parts/item-search.tsx';
import { May, may } from '../permission.tsx';
import { usePoll } from '../poll.ts';
import { timeText, tookText } from '../text.ts';

export function ItemPage({ workflow, item }: { workflow: string; item: string }) {
  const { value, error } = usePoll(`item ${workflow} ${item}`, async (signal) => {
    const text = await callText('read', { path: { workflow, item }, signal });
    return { found: JSON.parse(text) as Item, data: dataText(text) };
  });
  return (
    <>
      <Head
        title={item}
        trail={[
          ['Workflows', ['workflows']],
          [workflow, ['workflows', workflow]],
          ['Items', ['workflows', workflow, 'items']],
        ]}
      >
        <ItemSearch workflow={workflow} />
      </Head>
      <Trouble error={error} />
      {value !== undefined && <Found {...value} />}
    </>
  );
}

function Found({ found, data }: { found: Item; data: string | undefined }) {
  const { workflow, item, attempt, state, failure, completion, incident, redrive, lostAfter } = found;
  // Then the deadline is only what the attempt had: nothing is due any more.
  const isOver = state === 'failed' || state === 'completed';
  return (
    <>
      <Facts
        of={[
          ['State', <State of={found.neverStarted ? 'not started' : state} key="state" />],
          ['Attempt', attempt],
          ['Failed', state === 'failed' && failure && <Time at={failure.at} isExact />],
          isOver
            ? [`Deadline of attempt ${attempt}`, timeText(found.deadline)]
            : ['Deadline', <Time at={found.deadline} isExact key="deadline" />],
          ['Start by', found.startBy && <Time at={found.startBy} isExact />],
          ['Warned', found.warnedAt && <Time at={found.warnedAt} isExact />],
          ['Failure', failure?.reason],
          ['Type of failure', failure?.type],
          ['Progress', found.progress],
          ['No progress since', found.stuckAt && found.progressedAt && <Time at={found.progressedAt} />],
          ['Run', found.run],
          ['Lost after', lostAfter && `${lostAfter.step}, in attempt ${lostAfter.attempt}`],
          ['Incident', incident && <a href={hrefOf(['incidents', incident])}>{incident}</a>],
          [
            'Redrive',
            redrive && <a href={hrefOf(['workflows', workflow, 'redrives', redrive])}>{redrive}</a>,
          ],
          ['Completed', completion && `${completion.outcome}, after ${tookText(completion.tookMs)}`],
          ['Tags', <Tags of={found.tags} key="tags" />],
        ]}
      />
      <section>
        <h2>Timeline</h2>
        <Timeline found={found} />
      </section>
      {state !== 'completed' && (may('complete', workflow) || may('start-redrive', workflow)) && (
        <Actions workflow={workflow} item={item} attempt={attempt} state={state} />
      )}
      <section>
        <h2>Data</h2>
        {data === undefined ? <p>The item has no data.</p> : <pre class="data">{data}</pre>}
      </section>
    </>
  );
}

/** What happened to the item, oldest first. */
function Timeline({ found }: { found: Item }) {
  const { registeredAt, startedAt, attempt, steps, redrive, failure, overdueAt, completion, state } = found;
  const events: readonly [string | undefined, ComponentChildren][] = [
    [registeredAt, 'registered'],
    ...steps.map(({ step, at, attempt: of }): [string, ComponentChildren] => [
      at,
      <>
        <strong>{step}</strong>
        {of !== undefined && ` in attempt ${of}`}
      </>,
    ]),
    [
      attempt > 1 ? startedAt : undefined,
      <>
        attempt {attempt}{' '}
        {redrive === undefined ? (
          'started'
        ) : (
          <>
            resumed by <a href={hrefOf(['workflows', found.workflow, 'redrives', redrive])}>a redrive</a>
          </>
        )}
      </>,
    ],
    [failure?.at, failure && <>failed: {failure.reason}</>],
    [
      overdueAt,
      <>
        {found.neverStarted ? 'not started in time' : 'overdue'}, found by the {found.caughtBy}
      </>,
    ],
    [state === 'waiting' ? found.deadline : undefined, 'deadline'],
    [completion?.at, completion && `completed, ${completion.outcome}`],
  ];
  const known = events.filter((event): event is [string, ComponentChildren] => event[0] !== undefined);
  return (
    <ol class="timeline">
      {known
        .toSorted(([one], [other]) => Date.parse(one) - Date.parse(other))
        .map(([at, text], index) => (
          <li key={index}>
            <Time at={at} isExact /> {text}
          </li>
        ))}
    </ol>
  );
}

function Actions({ workflow, item, attempt, state }: Pick<Item, 'workflow' | 'item' | 'attempt' | 'state'>) {
  const [reason, setReason] = useState('');
  const [timeout, setTimeout] = useState('15m');
  const path = { workflow, item };
  return (
    <section aria-label="Actions">
      <h2>Actions</h2>
      {state === 'waiting' ? (
        <May act="progress" workflow={workflow}>
          <Field label="New timeout, from now" maxLength={64} value={timeout} onText={setTimeout} />
          <Action act={() => call('progress', { path, body: { timeout }, attempt })}>Extend</Action>
          <Field label="Reason" value={reason} onText={setReason} />
          <Action
            isDisabled={reason.trim() === ''}
            act={() => call('progress', { path, body: { failed: { reason: reason.trim() } }, attempt })}
          >
            Report as failed
          </Action>
        </May>
      ) : (
        <May act="start-redrive" workflow={workflow}>
          <Action
            kind="main"
            act={() => call('start-redrive', { path: { workflow }, body: { ids: [item] } })}
          >
            Resume this item
          </Action>
        </May>
      )}{' '}
      <May act="complete" workflow={workflow}>
        <Confirmed
          what="complete it"
          question="Is the work done? The watch of the item ends, and its data is erased."
          act={() => call('complete', { path, attempt })}
        />
      </May>
    </section>
  );
}
