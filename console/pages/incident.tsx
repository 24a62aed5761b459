import { useState } from 'preact/hooks';
import type { Incident, TimelineEntry } from '../../core/contract/incident.ts';
import { call } from '../api.ts';
import { hrefOf } from '../location.ts';
import { Action } from '../parts/action.tsx';
import { Facts, Head, State, Time, Trouble } from '../parts/basics.tsx';
import { Bulk } from '../parts/bulk.tsx';
import { Groups, groupsOf } from '../parts/groups.tsx';
import { SilenceForm } from '../parts/silence-form.tsx';
import { usePoll } from '../poll.ts';
import { countsText } from './incidents.tsx';

const lost = { state: ['overdue', 'failed'] as const };

async function read(id: string, signal: AbortSignal) {
  const incident = await call('read-incident', { path: { incident: id }, signal });
  const { workflow, state, kind } = incident;
  const isOpen = state !== 'resolved' && kind !== 'shortfall' && kind !== 'warning';
  const items = isOpen
    ? await call('list', {
        path: { workflow },
        query: { ...lost, limit: 200, ...(kind === 'not-started' && { started: false }) } as never,
        signal,
      })
    : undefined;
  return { incident, items };
}

export function IncidentPage({ id }: { id: string }) {
  const { value, error } = usePoll(`incident ${id}`, (signal) => read(id, signal));
  return (
    <>
      <Head
        title={value === undefined ? 'Incident' : `${value.incident.workflow}: ${value.incident.kind}`}
        trail={[
          ['Incidents', ['incidents']],
          ...(value === undefined
            ? []
            : ([[value.incident.workflow, ['workflows', value.incident.workflow]]] as const)),
        ]}
      />
      <Trouble error={error} />
      {value !== undefined && <Found {...value} />}
    </>
  );
}

function Found({ incident, items }: Awaited<ReturnType<typeof read>>) {
  const { id, workflow, kind, state, counts, outcomes, recovering, acknowledged, shortfall } = incident;
  const isLost = kind === 'overdue' || kind === 'not-started';
  return (
    <>
      <Facts
        of={[
          ['State', <State of={state} key="state" />],
          [state === 'resolved' ? 'At the end' : 'Now', countsText(counts)],
          ['Opened', <Time at={incident.openedAt} key="opened" />],
          ['Resolved', incident.resolvedAt && <Time at={incident.resolvedAt} />],
          ['Being worked on', recovering?.items],
          ['Registered', shortfall && `${shortfall.registered} of at least ${shortfall.atLeast}`],
          ['Completed late', outcomes.completedLate || undefined],
          ['Recovered', outcomes.recovered || undefined],
          ['Resumed', outcomes.redriven || undefined],
          ['Registered again', outcomes.restarted || undefined],
          ['Discarded', outcomes.discarded || undefined],
          ['Acknowledged', acknowledged && <Who entry={acknowledged} />],
          [
            'Items',
            isLost && state !== 'resolved' ? (
              <a href={hrefOf(['workflows', workflow, 'items'], lost)}>all that are lost</a>
            ) : undefined,
          ],
        ]}
      />
      {state !== 'resolved' && (
        <section>
          {acknowledged === undefined && <Acknowledge id={id} />}
          <SilenceForm workflow={workflow} />
        </section>
      )}
      {items !== undefined && (
        <>
          <Groups
            workflow={workflow}
            filters={lost}
            groups={groupsOf(items.items)}
            isPart={items.cursor !== undefined}
          />
          {kind === 'not-started' ? (
            <p>
              These items were not started in time. The work may be in a queue: look there before you resume
              it.
            </p>
          ) : (
            <Bulk workflow={workflow} filter={{ states: ['overdue', 'failed'] }} />
          )}
        </>
      )}
      <section>
        <h2>Timeline</h2>
        <ol class="timeline">
          {incident.timeline.map((entry) => (
            <Entry
              key={`${entry.at} ${entry.event} ${entry.notification?.id}`}
              workflow={workflow}
              entry={entry}
            />
          ))}
        </ol>
      </section>
    </>
  );
}

function Acknowledge({ id }: { id: Incident['id'] }) {
  const [note, setNote] = useState('');
  const text = note.trim();
  return (
    <p>
      <label>
        Note{' '}
        <input value={note} maxLength={512} onInput={({ currentTarget }) => setNote(currentTarget.value)} />
      </label>{' '}
      <Action
        kind="main"
        act={() =>
          call('acknowledge-incident', {
            path: { incident: id },
            body: { acknowledged: true, ...(text !== '' && { note: text }) },
          })
        }
      >
        Acknowledge
      </Action>
    </p>
  );
}

function Entry({ workflow, entry }: { workflow: string; entry: TimelineEntry }) {
  const { at, event, notification, counts, until, redrive } = entry;
  return (
    <li>
      <Time at={at} /> <strong>{event.replaceAll('-', ' ')}</strong> <Who entry={entry} />
      {notification !== undefined && <> {notification.event}</>}
      {counts !== undefined && <>: {countsText(counts)}</>}
      {until !== undefined && (
        <>
          {' '}
          until <Time at={until} />
        </>
      )}
      {redrive !== undefined && (
        <>
          {' '}
          <a href={hrefOf(['workflows', workflow, 'redrives', redrive])}>{redrive}</a>
        </>
      )}
    </li>
  );
}

function Who({
  entry,
}: {
  entry: { by?: string | undefined; byName?: string | undefined; note?: string | undefined };
}) {
  const { by, byName, note } = entry;
  return (
    <>
      {by !== undefined && <>by {byName ?? by}</>}
      {note !== undefined && <q>{note}</q>}
    </>
  );
}
