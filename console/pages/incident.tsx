import { useState } from 'preact/hooks';
import type { Incident, TimelineEntry } from '../../core/contract/incident.ts';
import { itemsOfIncident } from '../../core/contract/incident-items.ts';
import type { Workflow } from '../../core/contract/workflow.ts';
import { call } from '../api.ts';
import { hrefOf } from '../location.ts';
import { Action } from '../parts/action.tsx';
import { Facts, Head, State, Time, Trouble, WebLink } from '../parts/basics.tsx';
import { Bulk } from '../parts/bulk.tsx';
import { Field } from '../parts/field.tsx';
import { breachedFilters, type Filters, lostFilters, queryOf } from '../parts/filters.ts';
import { Groups } from '../parts/groups.tsx';
import { ItemSearch } from '../parts/item-search.tsx';
import { Silence } from '../parts/silence.tsx';
import { May } from '../permission.tsx';
import { seldomMs, usePoll } from '../poll.ts';
import { personText } from '../text.ts';
import { countsText } from './incidents.tsx';

/** The text of the link to the items of an incident. */
const itemsTexts: Partial<Record<Incident['kind'], string>> = {
  warning: 'all waiting items, the next check first',
  stuck: 'all stuck items',
};
const whatToDo: Partial<Record<Incident['kind'], string>> = {
  'not-started':
    'These items were not started in time. The work may be in a queue: look there before you resume it.',
  warning: 'Nothing is lost yet, so there is nothing to resume.',
  stuck:
    'Nothing is lost yet, so there is nothing to resume. The workers still report, but the progress that they report stays the same: look at them.',
};

export function IncidentPage({ id }: { id: string }) {
  const { value, error } = usePoll(`incident ${id}`, (signal) =>
    call('read-incident', { path: { incident: id }, signal }),
  );
  return (
    <>
      <Head
        title={value === undefined ? 'Incident' : `${value.workflow}: ${value.kind}`}
        trail={[
          ['Incidents', ['incidents']],
          ...(value === undefined ? [] : ([[value.workflow, ['workflows', value.workflow]]] as const)),
        ]}
      />
      <Trouble error={error} />
      {value !== undefined && <Found incident={value} />}
    </>
  );
}

function Found({ incident }: { incident: Incident }) {
  const { id, workflow, kind, state, acknowledged, timeline } = incident;
  // Without them the page still says what is lost, so an error is not shown.
  const { value: settings } = usePoll(
    `settings ${workflow}`,
    (signal) => call('read-workflow', { path: { workflow }, signal }),
    seldomMs,
  );
  const filters = state === 'resolved' ? undefined : itemsOfIncident(kind);
  const lost = filters && lostFilters(filters);
  const bulk = filters && breachedFilters(filters);
  return (
    <>
      <Overview incident={incident} filters={filters} settings={settings} />
      {state !== 'resolved' && (
        <section>
          {acknowledged === undefined && (
            <May act="acknowledge-incident" workflow={workflow}>
              <Acknowledge id={id} />
            </May>
          )}
          <Silence workflow={workflow} />
        </section>
      )}
      {lost && <Groups workflow={workflow} filters={lost} />}
      {state !== 'resolved' && whatToDo[kind] !== undefined && <p>{whatToDo[kind]}</p>}
      {bulk && (
        <May act="start-redrive" workflow={workflow}>
          <Bulk workflow={workflow} filter={bulk} />
        </May>
      )}
      <ItemSearch workflow={workflow} />
      <section>
        <h2>Timeline</h2>
        <ol class="timeline">
          {timeline.map((entry) => (
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

function Overview({
  incident,
  filters,
  settings,
}: {
  incident: Incident;
  filters: Filters | undefined;
  settings: Pick<Workflow, 'description' | 'owner' | 'runbook'> | undefined;
}) {
  const { workflow, kind, state, counts, outcomes, recovering, acknowledged, shortfall, outage } = incident;
  return (
    <Facts
      of={[
        ['State', <State of={state} key="state" />],
        [state === 'resolved' ? 'At the end' : 'Now', countsText(counts)],
        ['Opened', <Time at={incident.openedAt} isExact key="opened" />],
        ['Resolved', incident.resolvedAt && <Time at={incident.resolvedAt} isExact />],
        ['Notifications', incident.notifications || undefined],
        ['Being worked on', recovering?.items],
        ['Registered', shortfall && `${shortfall.registered} of at least ${shortfall.atLeast}`],
        [
          'Warden unavailable',
          outage && (
            <>
              from <Time at={outage.from} isExact /> to <Time at={outage.to} isExact />
            </>
          ),
        ],
        ['Completed late', outcomes.completedLate || undefined],
        ['Completed in time after all', outcomes.recovered || undefined],
        ['Completed after a redrive', outcomes.redriven || undefined],
        ['Registered again', outcomes.restarted || undefined],
        ['Started late', outcomes.begunLate || undefined],
        ['Discarded', outcomes.discarded || undefined],
        [
          'Acknowledged',
          acknowledged && (
            <>
              <Time at={acknowledged.at} /> <Who entry={acknowledged} />
            </>
          ),
        ],
        [
          'Items',
          filters && (
            <a href={hrefOf(['workflows', workflow, 'items'], queryOf(filters))}>
              {itemsTexts[kind] ?? 'all lost items'}
            </a>
          ),
        ],
        ['Description', settings?.description],
        ['Owner', settings?.owner],
        ['Runbook', settings?.runbook && <WebLink to={settings.runbook} />],
      ]}
    />
  );
}

function Acknowledge({ id }: { id: Incident['id'] }) {
  const [note, setNote] = useState('');
  const text = note.trim();
  return (
    <p>
      <Field label="Your note" maxLength={512} value={note} onText={setNote} />{' '}
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
  const { at, event, notification, counts, until, redrive, items } = entry;
  return (
    <li>
      <Time at={at} isExact /> <strong>{event.replaceAll('-', ' ')}</strong> <Who entry={entry} />
      {notification !== undefined && <> {notification.event}</>}
      {counts !== undefined && <>: {countsText(counts)}</>}
      {items !== undefined && <> of {items.toLocaleString('en')}</>}
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
      {by !== undefined && <>by {personText({ by, byName })}</>} {note !== undefined && <q>{note}</q>}
    </>
  );
}
