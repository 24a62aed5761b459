import { useState } from 'preact/hooks';
import { call } from '../api.ts';
import { May } from '../permission.tsx';
import { seldomMs, usePoll } from '../poll.ts';
import { Action } from './action.tsx';
import { Time } from './basics.tsx';
import { Field } from './field.tsx';

const hours = [1, 4, 24] as const;

/** The silence of a workflow with a button to end it, or the form to begin one. */
export function Silence({ workflow }: { workflow: string }) {
  const { value } = usePoll(
    `silence ${workflow}`,
    (signal) => call('read-workflow', { path: { workflow }, signal }),
    seldomMs,
  );
  if (value?.silence === undefined) {
    return (
      <May act="silence-workflow" workflow={workflow}>
        <SilenceForm workflow={workflow} />
      </May>
    );
  }
  const { until, reason } = value.silence;
  return (
    <p>
      Silenced until <Time at={until} isExact />: <q>{reason}</q>{' '}
      <May act="end-silence" workflow={workflow}>
        <Action act={() => call('end-silence', { path: { workflow } })}>End the silence</Action>
      </May>
    </p>
  );
}

/** Silences a workflow for some hours, with the reason that others read. */
function SilenceForm({ workflow }: { workflow: string }) {
  const [reason, setReason] = useState('');
  return (
    <details>
      <summary>Silence this workflow</summary>
      <p>
        Nobody is notified until the silence ends. Then people get one notification of each incident that is
        still open, and the resolve of each incident that they were notified of before and that is over.
      </p>
      <Field label="Reason" maxLength={1024} value={reason} onText={setReason} />
      {hours.map((count) => (
        <Action
          key={count}
          isDisabled={reason.trim() === ''}
          act={() =>
            call('silence-workflow', {
              path: { workflow },
              body: { until: new Date(Date.now() + count * 3_600_000).toISOString(), reason: reason.trim() },
            })
          }
        >
          {count === 1 ? 'For an hour' : `For ${count} hours`}
        </Action>
      ))}
    </details>
  );
}
