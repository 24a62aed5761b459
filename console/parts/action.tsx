import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Refused } from '../api.ts';
import { refresh } from '../poll.ts';
import { Trouble } from './basics.tsx';

/** Advice for when the service refuses an action, in addition to its own words. */
const advice: Record<string, string> = {
  forbidden: 'Your token lacks the scope or the workflow for this.',
  'dry-run-too-old': 'Count again, then confirm within 15 minutes.',
};

/**
 * A button for an action of the API. It stays on the page when the action is refused, and says why; after an action the page
 * is read again.
 */
export function Action({
  act,
  children,
  kind = 'plain',
  isDisabled = false,
}: {
  act: () => Promise<unknown>;
  children: ComponentChildren;
  kind?: 'plain' | 'main' | 'danger';
  isDisabled?: boolean;
}) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const onClick = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await act();
    } catch (cause) {
      setError(cause as Error);
    } finally {
      setBusy(false);
      refresh();
    }
  };
  return (
    <span class="action">
      <button type="button" class={kind} disabled={isBusy || isDisabled} onClick={onClick}>
        {children}
      </button>
      <Trouble error={error} />
      {error instanceof Refused && advice[error.code] !== undefined && (
        <p class="advice">{advice[error.code]}</p>
      )}
    </span>
  );
}

/** An action that is asked about again, with what it will do. `what` is a verb and its object: "revoke it". */
export function Confirmed({
  act,
  what,
  question,
}: {
  act: () => Promise<unknown>;
  what: string;
  question: string;
}) {
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) {
    return (
      <button type="button" class="danger" onClick={() => setAsking(true)}>
        {what.charAt(0).toUpperCase() + what.slice(1)}…
      </button>
    );
  }
  return (
    <fieldset class="confirm">
      <legend>{question}</legend>
      <Action
        kind="danger"
        act={async () => {
          await act();
          setAsking(false);
        }}
      >
        Yes, {what}
      </Action>{' '}
      <button type="button" onClick={() => setAsking(false)}>
        No
      </button>
    </fieldset>
  );
}
