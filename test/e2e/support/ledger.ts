/** What the client of the kill test knows of an item: only the replies that it received. */
export interface Entry {
  item: string;
  timeout: number;
  /** An item that is registered by a message to the ingest queue has a run. */
  run: string | undefined;
  /** What the client does right after the registration. */
  next: 'nothing' | 'complete' | 'progress' | 'fail';
  data: { item: string; nested: number[] };
  /** How often its registration was sent. */
  sent: number;
  registration: 'acknowledged' | 'unknown';
  completion: 'none' | Answered;
  failure: 'none' | Answered;
  /** The value of the progress that it reported. */
  progress: { value: number; report: Answered } | undefined;
  /** The first deadline: in the reply, or the earliest that it can be. In ms since the epoch. */
  deadline: number;
  /** When the reply to the completion arrived, in ms since the epoch. */
  completedAt: number;
  /** The outcome in the reply to the completion; undefined if another try of it was first. */
  outcome?: 'on-time' | 'late' | 'early';
}
export type Answered = 'acknowledged' | 'unknown';

/** A few seconds, for items that become overdue unless they are completed. */
const shortTimeouts = [2, 3, 4];

export function entries(count: number, random: () => number): Entry[] {
  return Array.from({ length: count }, (_, index) => {
    const item = `${index}/${Math.floor(random() * 1e6)}`;
    const short = random() < 0.45;
    const other = short ? 'nothing' : (['nothing', 'progress', 'fail'] as const)[index % 3];
    return {
      item,
      timeout: short ? (shortTimeouts[Math.floor(random() * shortTimeouts.length)] ?? 2) : 3_600,
      run: random() < 0.2 ? `run-${index}` : undefined,
      next: random() < 0.6 ? 'complete' : (other ?? 'nothing'),
      data: { item, nested: [index] },
      sent: 0,
      registration: 'unknown',
      completion: 'none',
      failure: 'none',
      progress: undefined,
      deadline: Number.NaN,
      completedAt: Number.NaN,
    };
  });
}

/**
 * The attempts that an item can have. A registration without a run that is sent again after the deadline of its first
 * try starts the next attempt.
 */
export function mostAttempts({ run, timeout, sent }: Entry): number {
  return run === undefined && timeout < 60 ? sent : 1;
}

/** Whether the item may be past its deadline without completion, or has failed, by everything that the client knows. */
export function mustBeTold({ registration, completion, failure, timeout }: Entry): boolean {
  if (failure === 'acknowledged') return true;
  return registration === 'acknowledged' && completion === 'none' && timeout < 60;
}

/** Whether an alert for the item would be a false alarm: it was certainly completed before its deadline. */
export function mustNotBeTold({ completion, completedAt, deadline, failure, timeout }: Entry): boolean {
  if (failure !== 'none') return false;
  return timeout >= 60 || (completion === 'acknowledged' && completedAt < deadline);
}

/** Whether an item that exists may be in this state, after every deadline of a few seconds. */
export function mayBe({ failure, timeout }: Entry, state: string): boolean {
  if (timeout < 60) return state === 'overdue';
  return (state === 'failed' && failure !== 'none') || (state === 'waiting' && failure !== 'acknowledged');
}
