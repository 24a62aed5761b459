import { useEffect, useRef, useState } from 'preact/hooks';
import { call } from '../api.ts';
import { askedFor, isPaused, seldomMs } from '../poll.ts';
import type { Filters } from './filters.ts';
import { counted, nothingCounted, type Tally } from './tally.ts';

/** The service reads every item that it lists, so further items are counted only on request. */
const mostAtOnce = 1_000;
const pageSize = 200;

export interface Counting {
  tally: Tally;
  /** Whether there are items that were not counted. */
  isPart: boolean;
  isBusy: boolean;
  /** When the counting ended, ISO 8601. */
  at: string | undefined;
  error: Error | undefined;
  /** Counts all items, however many. */
  countAll: () => void;
  stop: () => void;
}

interface State {
  key: string;
  tally: Tally;
  cursor: string | undefined;
  isBusy: boolean;
  at?: string;
  error?: Error;
}

/**
 * What the matching items have in common: of the first thousand items, again every minute and after each action, and of
 * all items on request.
 */
export function useTally(workflow: string, filters: Filters): Counting {
  const key = `${workflow} ${JSON.stringify(filters)}`;
  const none: State = { key, tally: nothingCounted, cursor: undefined, isBusy: true };
  const [state, setState] = useState(none);
  const running = useRef<AbortController | undefined>(undefined);
  const latest = useRef(state);
  latest.current = state;
  const start = (from: State, most: number) => {
    running.current?.abort();
    const ended = new AbortController();
    running.current = ended;
    // A new count is shown when it is complete.
    const { current } = latest;
    const isShown = from.key !== current.key || from.tally.items >= current.tally.items;
    void countOn(workflow, filters, from, most, ended.signal, (next) => {
      if (!ended.signal.aborted && (isShown || !next.isBusy)) setState(next);
    });
  };
  const asked = askedFor();
  useEffect(() => {
    start(none, mostAtOnce);
    const timer = setInterval(() => {
      const { isBusy, tally } = latest.current;
      const isIdle = !isBusy && tally.items <= mostAtOnce;
      if (isIdle && !isPaused.peek() && !document.hidden) start(none, mostAtOnce);
    }, seldomMs);
    return () => {
      clearInterval(timer);
      running.current?.abort();
    };
  }, [key, asked]);
  const shown = state.key === key ? state : none;
  const { tally, isBusy, at, error } = shown;
  return {
    tally,
    isBusy,
    at,
    error,
    isPart: shown.cursor !== undefined,
    countAll: () => start({ ...shown, isBusy: true }, Number.POSITIVE_INFINITY),
    stop: () => {
      running.current?.abort();
      setState({ ...shown, isBusy: false, at: new Date().toISOString() });
    },
  };
}

/** Counts page after page from where it was, until there are no more or `most` are counted. */
async function countOn(
  workflow: string,
  filters: Filters,
  from: State,
  most: number,
  signal: AbortSignal,
  show: (state: State) => void,
): Promise<void> {
  let { tally, cursor } = from;
  try {
    do {
      const query = { ...filters, limit: pageSize, ...(cursor !== undefined && { cursor }) };
      const page = await call('list', { path: { workflow }, query, signal });
      tally = counted(tally, page.items);
      cursor = page.cursor;
      show({ ...from, tally, cursor, isBusy: true });
    } while (cursor !== undefined && tally.items < most);
    show({ ...from, tally, cursor, isBusy: false, at: new Date().toISOString() });
  } catch (error) {
    show({ ...from, tally, cursor, isBusy: false, error: error as Error, at: new Date().toISOString() });
  }
}
