import type { HealthReply } from '../../core/contract/health.ts';
import { call } from '../api.ts';
import { Head, State, Time, Trouble } from '../parts/basics.tsx';
import { TimeBars } from '../parts/charts.tsx';
import { type Column, Table } from '../parts/table.tsx';
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

/** What a check has found. */
function Found({ of: check }: { of: Check }) {
  const { at, delayMs, subscribers, waiting, queues = [], workflows, unfinishedSince, failingSince } = check;
  const found = [
    at !== undefined && (
      <>
        last <Time at={at} isExact />
      </>
    ),
    delayMs !== undefined && `${tookText(delayMs)} after its deadline`,
    subscribers !== undefined && plural(subscribers, 'subscription'),
    waiting !== undefined && `${plural(waiting, 'message')} waiting`,
    ...queues.map(({ queue, messages }) => `${queue}: ${messages}`),
    workflows !== undefined && `${plural(workflows, 'workflow')} not judged`,
    unfinishedSince !== undefined && (
      <>
        unfinished since <Time at={unfinishedSince} isExact />
      </>
    ),
    failingSince !== undefined && (
      <>
        failing since <Time at={failingSince} isExact />
      </>
    ),
    check.error,
    check.status === 'failing' && advice[check.name],
  ].filter(Boolean);
  if (found.length === 0) return null;
  return (
    <div>
      {found.map((one, index) => (
        <div key={index}>{one}</div>
      ))}
    </div>
  );
}

const columns: readonly Column<Check>[] = [
  { title: 'Check', of: ({ name }) => <strong>{name}</strong> },
  { title: 'State', of: ({ status }) => <State of={status} /> },
  { title: 'Found', of: (check) => <Found of={check} /> },
  { title: 'Took', isNumber: true, isExtra: true, of: ({ tookMs }) => tookText(tookMs) },
];

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
      {checks.length > 0 && (
        <Table
          caption={plural(checks.length, 'check')}
          rows={checks}
          columns={columns}
          keyOf={({ name }) => name}
        />
      )}
      {checks.map(({ name, recent = [] }) => recent.length > 1 && <Delays of={recent} key={name} />)}
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
      <h2>How long after their deadlines the last {of.length} canaries were found</h2>
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
