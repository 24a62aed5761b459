import { timeoutMs } from '../../core/contract/timeout.ts';
import { call } from '../api.ts';
import { hrefOf } from '../location.ts';
import { Action } from '../parts/action.tsx';
import { Facts, Head, State, Tags, Time, Trouble } from '../parts/basics.tsx';
import { Bars, Histogram } from '../parts/charts.tsx';
import { SilenceForm } from '../parts/silence-form.tsx';
import { usePoll } from '../poll.ts';
import { tookText } from '../text.ts';

async function read(workflow: string, signal: AbortSignal) {
  const [settings, days, hours, { incidents }] = await Promise.all([
    call('read-workflow', { path: { workflow }, signal }),
    call('read-statistics', { path: { workflow }, query: {}, signal }),
    call('read-statistics', {
      path: { workflow },
      query: { by: 'hour', from: new Date(Date.now() - 48 * 3_600_000).toISOString() },
      signal,
    }),
    call('list-incidents', { path: {}, query: { workflow, limit: 10 }, signal }),
  ]);
  return { settings, days, hours, incidents };
}

/** What each setting means, in the words of the API's description. */
const meanings: Record<string, string> = {
  timeout: 'the deadline of items that are registered without one',
  warnAfter: 'people are warned of items that are not completed by then',
  shadowTimeout: 'a timeout on trial, of which nobody is notified',
  receipts: 'how long it is known that an item was completed',
  notifications: 'when people are notified again',
  expect: 'registrations that must come',
  idempotent: 'doing the work of an item twice does no harm',
  redrive: 'when items are resumed automatically',
  shards: 'partitions of the index',
  severity: 'sent with every notification',
};

export function WorkflowPage({ workflow }: { workflow: string }) {
  const { value, error } = usePoll(`workflow ${workflow}`, (signal) => read(workflow, signal));
  return (
    <>
      <Head title={workflow} trail={[['Workflows', ['workflows']]]}>
        <nav class="tabs">
          <a href={hrefOf(['workflows', workflow, 'items'])}>Items</a>
          <a href={hrefOf(['workflows', workflow, 'items'], { state: ['overdue', 'failed'] })}>Lost items</a>
          <a href={hrefOf(['workflows', workflow, 'redrives'])}>Redrives</a>
          <a href={hrefOf(['audit'], { workflow })}>Audit log</a>
        </nav>
      </Head>
      <Trouble error={error} />
      {value !== undefined && <Found workflow={workflow} {...value} />}
    </>
  );
}

function Found({
  workflow,
  settings,
  days,
  hours,
  incidents,
}: Awaited<ReturnType<typeof read>> & { workflow: string }) {
  const { counts, silence, suggestedTimeout: suggested, nextCheckAt, oldestBreached } = settings;
  const durations = days.total.durations;
  const timeout = settings.timeout === undefined ? undefined : timeoutMs(settings.timeout);
  const suggestedMs = suggested && timeoutMs(suggested.timeout);
  return (
    <>
      <Facts
        of={[
          ['Waiting', counts.waiting.toLocaleString('en')],
          ['Overdue', <Lost workflow={workflow} state="overdue" count={counts.overdue} key="overdue" />],
          ['Failed', <Lost workflow={workflow} state="failed" count={counts.failed} key="failed" />],
          ['Next check', nextCheckAt && <Time at={nextCheckAt} />],
          ['Oldest lost', oldestBreached && <Time at={oldestBreached} />],
          ['In 8 days', days.summary],
          ['Description', settings.description],
          ['Owner', settings.owner],
          ['Runbook', settings.runbook && <a href={settings.runbook}>{settings.runbook}</a>],
          ['Tags', settings.tags && <Tags of={settings.tags} />],
        ]}
      />
      <section>
        <h2>Incidents</h2>
        {incidents.length === 0 && <p>There was none in the past 90 days.</p>}
        <ul class="plain">
          {incidents.map(({ id, kind, state, openedAt }) => (
            <li key={id}>
              <a class="row" href={hrefOf(['incidents', id])}>
                {kind}
              </a>{' '}
              <State of={state} /> opened <Time at={openedAt} />
            </li>
          ))}
        </ul>
        {silence === undefined ? (
          <SilenceForm workflow={workflow} />
        ) : (
          <p>
            Silenced until <Time at={silence.until} />: {silence.reason}{' '}
            <Action act={() => call('end-silence', { path: { workflow } })}>End the silence</Action>
          </p>
        )}
      </section>
      <section>
        <h2>How long items take</h2>
        {durations === undefined ? (
          <p>No attempt was completed in the past 8 days.</p>
        ) : (
          <>
            <Histogram
              buckets={days.histogram}
              marks={[
                { name: 'half', ms: durations.p50Ms },
                { name: '99 %', ms: durations.p99Ms },
                ...(timeout === undefined ? [] : [{ name: 'timeout', ms: timeout }]),
                ...(suggestedMs === undefined ? [] : [{ name: 'suggested timeout', ms: suggestedMs }]),
              ]}
            />
            {suggested !== undefined && (
              <p>
                A timeout of {suggested.timeout} fits {suggested.completed.toLocaleString('en')} attempts of
                the past {suggested.days} days: 99.9 % took at most {tookText(suggested.p999Ms)}, and{' '}
                {(suggested.lateShare * 100).toFixed(2)} % would have been late.
              </p>
            )}
          </>
        )}
        <h3>Overdue by hour, in the past two days</h3>
        <Bars
          kind="bad"
          values={byHour(hours)}
          label={`${hours.total.overdue} attempts went overdue in the past two days`}
        />
      </section>
      <section>
        <h2>Settings</h2>
        <dl class="facts">
          {Object.entries(meanings).map(([name, meaning]) => {
            const setting = settings[name as keyof typeof settings];
            if (setting === undefined) return null;
            return (
              <div key={name}>
                <dt>
                  {name} <small>{meaning}</small>
                </dt>
                <dd>
                  <code>{typeof setting === 'object' ? JSON.stringify(setting) : String(setting)}</code>
                </dd>
              </div>
            );
          })}
        </dl>
      </section>
    </>
  );
}

function Lost({ workflow, state, count }: { workflow: string; state: 'overdue' | 'failed'; count: number }) {
  if (count === 0) return <>0</>;
  return (
    <a class={`count ${state}`} href={hrefOf(['workflows', workflow, 'items'], { state })}>
      {count.toLocaleString('en')}
    </a>
  );
}

/** A bar for each of the past 48 hours, also for those without an item. */
function byHour({ periods }: Awaited<ReturnType<typeof read>>['hours']): number[] {
  const first = Math.floor(Date.now() / 3_600_000) - 47;
  const values = Array.from({ length: 48 }, () => 0);
  for (const { from, overdue } of periods) {
    const index = Date.parse(from) / 3_600_000 - first;
    if (index >= 0) values[index] = overdue;
  }
  return values;
}
