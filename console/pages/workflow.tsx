import { durationText } from '../../core/contract/duration-text.ts';
import type { OpenState } from '../../core/contract/item.ts';
import { timeoutMs } from '../../core/contract/timeout.ts';
import { call } from '../api.ts';
import { hrefOf } from '../location.ts';
import { Facts, Head, State, Tags, Time, Trouble, WebLink } from '../parts/basics.tsx';
import { Histogram, TimeBars } from '../parts/charts.tsx';
import { Due } from '../parts/due.tsx';
import { ItemSearch } from '../parts/item-search.tsx';
import { byPeriod, hourMs } from '../parts/periods.ts';
import { Settings } from '../parts/settings.tsx';
import { Silence } from '../parts/silence.tsx';
import { seldomMs, usePoll } from '../poll.ts';
import { percentText, plural, tookText } from '../text.ts';

const hours = 48;

async function readNow(workflow: string, signal: AbortSignal) {
  const [settings, { incidents }] = await Promise.all([
    call('read-workflow', { path: { workflow }, signal }),
    call('list-incidents', { path: {}, query: { workflow, limit: 10 }, signal }),
  ]);
  return { settings, incidents };
}
type Now = Awaited<ReturnType<typeof readNow>>;

async function readStatistics(workflow: string, signal: AbortSignal) {
  const from = new Date(Date.now() - hours * hourMs).toISOString();
  const [week, byHour] = await Promise.all([
    call('read-statistics', { path: { workflow }, query: {}, signal }),
    call('read-statistics', { path: { workflow }, query: { by: 'hour', from }, signal }),
  ]);
  return { week, byHour };
}
type Statistics = Awaited<ReturnType<typeof readStatistics>>;

export function WorkflowPage({ workflow }: { workflow: string }) {
  const { value: now, error } = usePoll(`workflow ${workflow}`, (signal) => readNow(workflow, signal));
  const { value: statistics, error: withoutStatistics } = usePoll(
    `statistics ${workflow}`,
    (signal) => readStatistics(workflow, signal),
    seldomMs,
  );
  return (
    <>
      <Head title={workflow} trail={[['Workflows', ['workflows']]]}>
        <nav class="tabs" aria-label="Of this workflow">
          <a href={hrefOf(['workflows', workflow, 'items'])}>Items</a>
          <a href={hrefOf(['workflows', workflow, 'items'], { state: ['overdue', 'failed'] })}>Lost items</a>
          <a href={hrefOf(['workflows', workflow, 'redrives'])}>Redrives</a>
          <a href={hrefOf(['audit'], { workflow })}>Audit log</a>
        </nav>
        <ItemSearch workflow={workflow} />
      </Head>
      <Trouble error={error} />
      <Trouble error={withoutStatistics} of="Statistics" />
      {now && <Overview {...now} week={statistics?.week} />}
      {now && <Incidents {...now} />}
      {now && statistics && <Charts settings={now.settings} {...statistics} />}
      {now && <Settings of={now.settings} />}
    </>
  );
}

function Overview({ settings, week }: Pick<Now, 'settings'> & { week: Statistics['week'] | undefined }) {
  const { workflow, counts, nextCheckAt, oldestBreached, shadowTimeout } = settings;
  return (
    <Facts
      of={[
        ['Waiting', <Count workflow={workflow} state="waiting" count={counts.waiting} key="waiting" />],
        ['Overdue', <Count workflow={workflow} state="overdue" count={counts.overdue} key="overdue" />],
        ['Failed', <Count workflow={workflow} state="failed" count={counts.failed} key="failed" />],
        ['Not started', counts.notStarted?.toLocaleString('en')],
        ['Next check', nextCheckAt && <Time at={nextCheckAt} isExact />],
        ['Oldest lost', oldestBreached && <Time at={oldestBreached} isExact />],
        ['Losses', week?.summary],
        [
          'Late under the timeout on trial',
          shadowTimeout !== undefined && week && `${plural(week.total.shadowLate, 'attempt')} in 8 days`,
        ],
        ['Description', settings.description],
        ['Owner', settings.owner],
        ['Runbook', settings.runbook && <WebLink to={settings.runbook} />],
        ['Tags', settings.tags && <Tags of={settings.tags} />],
      ]}
    />
  );
}

function Incidents({ settings: { workflow }, incidents }: Now) {
  return (
    <section>
      <h2>Incidents</h2>
      {incidents.length === 0 && <p>There was no incident in the past 90 days.</p>}
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
      <Silence workflow={workflow} />
    </section>
  );
}

function Charts({ settings, week, byHour }: Pick<Now, 'settings'> & Statistics) {
  const { workflow, suggestedTimeout: suggested } = settings;
  const { durations } = week.total;
  const timeout = settings.timeout === undefined ? undefined : timeoutMs(settings.timeout);
  const overdue = byPeriod(
    byHour.periods,
    { ms: hourMs, count: hours, now: Date.now() },
    ({ overdue }) => overdue,
  );
  const suggestedMs = suggested && timeoutMs(suggested.timeout);
  return (
    <section>
      <h2>How long items take</h2>
      {durations === undefined ? (
        <p>No attempt was completed in the past 8 days.</p>
      ) : (
        <Histogram
          buckets={week.histogram}
          marks={[
            { name: '50 %', ms: durations.p50Ms },
            { name: '99 %', ms: durations.p99Ms },
            ...(timeout === undefined ? [] : [{ name: 'timeout', ms: timeout }]),
            ...(suggestedMs === undefined ? [] : [{ name: 'suggested timeout', ms: suggestedMs }]),
          ]}
        />
      )}
      {suggested !== undefined && suggestedMs !== undefined && (
        <p>
          A timeout of {durationText(suggestedMs)} fits {plural(suggested.completed, 'attempt')} of the past{' '}
          {suggested.days} days: 99.9 % took at most {tookText(suggested.p999Ms)}, and{' '}
          {suggested.lateShare === 0 ? 'none' : percentText(suggested.lateShare)} would have been late.
        </p>
      )}
      <h3>Overdue by hour, in the past two days</h3>
      <TimeBars
        kind="bad"
        from={`${hours} hours ago`}
        to="now"
        most={Math.max(...overdue).toLocaleString('en')}
        values={overdue}
        label={`${plural(byHour.total.overdue, 'attempt')} went overdue in the past two days`}
      />
      <p>{plural(byHour.total.overdue, 'attempt')} went overdue.</p>
      <Due workflow={workflow} />
    </section>
  );
}

function Count({ workflow, state, count }: { workflow: string; state: OpenState; count: number }) {
  if (count === 0) return <>0</>;
  return (
    <a class={`count ${state}`} href={hrefOf(['workflows', workflow, 'items'], { state })}>
      {count.toLocaleString('en')}
    </a>
  );
}
