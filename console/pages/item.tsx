import { useState } from 'preact/hooks';
import type { Item } from '../../core/contract/item.ts';
import { call, callText } from '../api.ts';
import { hrefOf } from '../location.ts';
import { Action, Confirmed } from '../parts/action.tsx';
import { Facts, Head, State, Tags, Time, Trouble } from '../parts/basics.tsx';
import { dataText } from '../parts/data-text.ts';
import { usePoll } from '../poll.ts';
import { tookText } from '../text.ts';

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
      />
      <Trouble error={error} />
      {value !== undefined && <Found {...value} />}
    </>
  );
}

function Found({ found, data }: { found: Item; data: string | undefined }) {
  const { workflow, item, attempt, state, failure, completion, incident, redrive, lostAfter } = found;
  return (
    <>
      <Facts
        of={[
          ['State', <State of={found.neverStarted ? 'not started' : state} key="state" />],
          ['Attempt', attempt],
          ['Deadline', <Time at={found.deadline} key="deadline" />],
          ['Registered', <Time at={found.registeredAt} key="registered" />],
          ['Overdue', found.overdueAt && <Time at={found.overdueAt} />],
          ['Found by', found.caughtBy],
          ['Failure', failure?.reason],
          ['Type of failure', failure?.type],
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
        <h2>Steps</h2>
        <ol class="timeline">
          <li>
            <Time at={found.startedAt} /> attempt {attempt} started
          </li>
          {found.steps.map(({ step, at, attempt: of }) => (
            <li key={`${at} ${step}`}>
              <Time at={at} /> <strong>{step}</strong>
              {of === undefined ? '' : ` in attempt ${of}`}
            </li>
          ))}
        </ol>
      </section>
      {state !== 'completed' && <Actions workflow={workflow} item={item} attempt={attempt} state={state} />}
      <section>
        <h2>Data</h2>
        {data === undefined ? <p>The item has no data.</p> : <pre class="data">{data}</pre>}
      </section>
    </>
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
        <>
          <label>
            New time from now{' '}
            <input value={timeout} onInput={({ currentTarget }) => setTimeout(currentTarget.value)} />
          </label>
          <Action act={() => call('progress', { path, body: { timeout }, attempt })}>Extend</Action>
          <label>
            Reason <input value={reason} onInput={({ currentTarget }) => setReason(currentTarget.value)} />
          </label>
          <Action
            isDisabled={reason.trim() === ''}
            act={() => call('progress', { path, body: { failed: { reason: reason.trim() } }, attempt })}
          >
            Report as failed
          </Action>
        </>
      ) : (
        <Action kind="main" act={() => call('start-redrive', { path: { workflow }, body: { ids: [item] } })}>
          Resume this item
        </Action>
      )}{' '}
      <Confirmed
        question="The work is done, its watch ends and its data is erased?"
        act={() => call('complete', { path, attempt })}
      >
        complete it
      </Confirmed>
    </section>
  );
}
