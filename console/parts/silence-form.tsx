import { useState } from 'preact/hooks';
import { call } from '../api.ts';
import { Action } from './action.tsx';

const hours = [1, 4, 24] as const;

/** Silences a workflow for some hours, with the reason that others read. */
export function SilenceForm({ workflow }: { workflow: string }) {
  const [reason, setReason] = useState('');
  return (
    <details>
      <summary>Silence this workflow</summary>
      <p>
        Nobody is notified until the silence ends. Then people get one summary of what is still wrong, and
        what was reported before is said to be over.
      </p>
      <label>
        Reason{' '}
        <input
          value={reason}
          maxLength={1024}
          onInput={({ currentTarget }) => setReason(currentTarget.value)}
        />
      </label>
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
