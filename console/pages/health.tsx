import type { HealthReply } from '../../core/contract/health.ts';
import { call } from '../api.ts';
import { Facts, Head, State, Time, Trouble } from '../parts/basics.tsx';
import { TimeBars } from '../parts/charts.tsx';
import { usePoll } from '../poll.ts';
import { agoText, plural, tookText } from '../text.ts';

type Check = HealthReply['checks'][number];

/** What to do about a check that fails. */
const advice: Record<string, string> = {
  sweep: 'The sweep finds lost timers and advances incidents. Look at the log of the function sweep.',
  canary: 'No timer has fired for a while. Look at Scheduler, the queue of expired timers and check-timers.',
  'dead letters':
    'Messages could not be delivered or processed. The runbook (docs/runbook.md) has a section for each queue.',
  'notification topic':
    'Nobody is subscribed: nobody receives notifications. Subscribe an address, a queue or a webhook.',
  'alarm topic': 'Nobody receives the alarms of the warden itself. Subscribe an address.',
  storage: 'Free space on the disk, or check the permissions of the data folder.',
  webhook: 'The webhook accepts no posts. They are repeated until it does.',
  'redrive webhook': 'The redrive webhook accepts no posts. They are repeated until it does.',
};

export function HealthPage() {
  const { value, error } = usePoll('health', (signal) => call('check-health', { path: {}, signal }));
  // What fails is first.
  const checks = (value?.checks ?? []).toSorted(
    (one, other) => Number(other.status === 'failing') - Number(one.status === 'failing'),
  );
  return (
    <>
      <Head title="Health" />
      <Trouble error={error} />
      {checks.map((check) => (
        <section key={check.name}>
          <h2>
            {check.name} <State of={check.status} />
          </h2>
          {check.status === 'failing' && advice[check.name] !== undefined && <p>{advice[check.name]}</p>}
          <Facts
            of={[
              ['At', check.at && <Time at={check.at} isExact />],
              ['Found after', check.delayMs === undefined ? undefined : tookText(check.delayMs)],
              ['Subscriptions', check.subscribers],
              ['Waiting messages', check.waiting],
              ['Messages', check.queues?.map(({ queue, messages }) => `${queue}: ${messages}`).join(', ')],
              ['Not judged', check.workflows === undefined ? undefined : plural(check.workflows, 'workflow')],
              ['Unfinished since', check.unfinishedSince && <Time at={check.unfinishedSince} isExact />],
              ['Failing since', check.failingSince && <Time at={check.failingSince} isExact />],
              ['Error', check.error],
              ['Took', tookText(check.tookMs)],
            ]}
          />
          {check.recent !== undefined && check.recent.length > 1 && <Delays of={check.recent} />}
        </section>
      ))}
    </>
  );
}

/** How long after their deadlines the last canaries were found. */
function Delays({ of }: { of: NonNullable<Check['recent']> }) {
  const delays = of.map(({ delayMs }) => delayMs);
  const most = tookText(Math.max(...delays));
  const [first] = of;
  return (
    <>
      <h3>How long after their deadlines the last {of.length} canaries were found</h3>
      <TimeBars
        values={delays}
        label={`The delays of ${of.length} canaries, at most ${most}`}
        from={first === undefined ? '' : agoText(first.at, Date.now())}
        to="the last"
        most={most}
      />
    </>
  );
}
