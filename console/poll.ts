import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Refused } from './api.ts';

/**
 * Milliseconds from the end of one reading to the next: of facts that an incident changes, and of facts that change
 * slowly.
 */
const oftenMs = 5_000;
export const seldomMs = 60_000;

/** Whether the page is read again automatically. Visible in the head of every page. */
export const isPaused = signal(false);
/** Counts events that ask for a new reading at once, such as an action. */
const asked = signal(0);

/** Stops reading, or reads at once and continues. */
export function setPaused(paused: boolean): void {
  isPaused.value = paused;
  if (!paused) refresh();
}

/** A number that changes after each action: readings that depend on it are repeated. */
export function askedFor(): number {
  return asked.value;
}

export function refresh(): void {
  asked.value++;
}

export interface Polled<Value> {
  value: Value | undefined;
  error: Refused | undefined;
}

/**
 * Reads again and again, one reading at a time, and not while the page is paused or hidden. After a failed reading the
 * last value stays, with the error beside it. `key` names the reading: a new key begins a new one.
 */
export function usePoll<Value>(
  key: string,
  read: (signal: AbortSignal) => Promise<Value>,
  everyMs = oftenMs,
): Polled<Value> {
  const [polled, setPolled] = useState<Polled<Value> & { key: string }>({
    key,
    value: undefined,
    error: undefined,
  });
  const latest = useRef(read);
  latest.current = read;
  const wanted = askedFor();
  useEffect(() => {
    const ended = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const round = async () => {
      const read = await latest.current(ended.signal).then(
        (value): Partial<Polled<Value>> => ({ value, error: undefined }),
        (error: Refused): Partial<Polled<Value>> => ({ error }),
      );
      if (ended.signal.aborted) return;
      setPolled((before) => ({
        ...(before.key === key ? before : { value: undefined, error: undefined }),
        ...read,
        key,
      }));
      timer = setTimeout(next, everyMs);
    };
    const next = () => {
      // Continuing asks for a new reading.
      if (isPaused.peek()) return;
      if (document.hidden) waitUntilSeen(round, ended.signal);
      else void round();
    };
    void round();
    return () => {
      ended.abort();
      clearTimeout(timer);
    };
    // `wanted` reads again after an action.
  }, [key, wanted]);
  return polled.key === key ? polled : { value: undefined, error: undefined };
}

function waitUntilSeen(round: () => void, ended: AbortSignal): void {
  document.addEventListener('visibilitychange', () => round(), { once: true, signal: ended });
}
