import type { EmbeddedWarden } from './warden.ts';

const longAgo = '2026-01-01T00:00:00.000Z';

export interface Scenario {
  /** The work before, without a crash. */
  before: (warden: EmbeddedWarden, workflow: string) => Promise<unknown>;
  /** The work that is stopped at each of its calls. Its caller repeats it, once everything is up again. */
  work: (warden: EmbeddedWarden, workflow: string) => Promise<unknown>;
  /** Whether the caller comes back: the queue always delivers its message again, a caller may be gone for good. */
  comesAgain?: true;
  /** The result in the end, the same as without a crash: state, attempt, the attempts whose breach was reported, and how often. */
  end: {
    state: 'waiting' | 'overdue' | 'failed' | 'completed';
    attempt: number;
    told: number[];
    reports?: number;
    /** The run and outcome of a completed item in the replies to GET and to every repeat of its completion. */
    completion?: { run?: string; outcome: 'on-time' | 'late' | 'early' };
  };
}

/** Like the event source: a message that failed comes again, with the time at which it was sent. */
async function ingest(warden: EmbeddedWarden, workflow: string, operations: object[]): Promise<void> {
  const body = JSON.stringify({
    workflow,
    operations: operations.map((operation) => ({ item: 'a', run: 'r1', ...operation })),
  });
  const attributes = { SentTimestamp: String(warden.clock.now()) };
  const { batchItemFailures } = await warden.functions.ingest({
    Records: [{ messageId: '1', body, attributes }],
  });
  if (batchItemFailures.length > 0) throw new Error('it comes again');
}

const timerOf = async (warden: EmbeddedWarden, workflow: string) =>
  (await warden.aws.service.items.readOpen(workflow, 'a'))?.timer ?? '';

/** Like the event source: failed messages come again. */
async function checkTimers(warden: EmbeddedWarden, workflow: string, timer: string): Promise<void> {
  const Records = [
    { messageId: '1', body: JSON.stringify({ workflow, item: 'a', timer, armedAt: longAgo }) },
  ];
  const { batchItemFailures } = await warden.functions.checkTimers({ Records });
  if (batchItemFailures.length > 0) throw new Error('it comes again');
}

async function accepted(request: Promise<{ status: number; text: string }>): Promise<void> {
  const { status, text } = await request;
  if (status >= 500) throw new Error('the caller tries again');
  if (status >= 400) throw new Error(`refused: ${text}`);
}

const register = (warden: EmbeddedWarden, workflow: string, body: object) =>
  accepted(warden.register(workflow, 'a', body));
const completeRun = (run: string) => (warden: EmbeddedWarden, workflow: string) =>
  accepted(warden.request('DELETE', `${warden.itemPath(workflow, 'a')}&run=${run}`));
const failWithOutput = (warden: EmbeddedWarden, workflow: string) =>
  accepted(
    warden.request('POST', `/v1/workflows/${workflow}/fail?id=a`, {
      text: 'no space left on the device',
      headers: { 'content-type': 'text/plain' },
    }),
  );
const registerOverdue = async (warden: EmbeddedWarden, workflow: string) => {
  await register(warden, workflow, { timeout: 5, data: 1 });
  warden.clock.advance(6_000);
};

/** Marked overdue by a process that then stopped. */
const registerMarked = async (warden: EmbeddedWarden, workflow: string) => {
  await registerOverdue(warden, workflow);
  const seen = await warden.aws.service.items.readOpen(workflow, 'a');
  if (seen) await warden.aws.service.items.expire(seen, '2026-03-01T12:00:05.000Z', 'timer');
};

export const scenarios: Record<string, Scenario> = {
  'register a new item': {
    before: async () => {},
    work: (warden, workflow) => register(warden, workflow, { timeout: 60 }),
    end: { state: 'waiting', attempt: 1, told: [] },
  },
  'register an overdue item again': {
    before: async (warden, workflow) => {
      await registerOverdue(warden, workflow);
      await warden.settle();
    },
    work: (warden, workflow) => register(warden, workflow, { timeout: 60 }),
    end: { state: 'waiting', attempt: 2, told: [1] },
  },
  'register again an item marked overdue that nobody was notified of': {
    before: registerMarked,
    work: (warden, workflow) => register(warden, workflow, { timeout: 60 }),
    end: { state: 'waiting', attempt: 2, told: [1] },
  },
  'restart a run': {
    before: (warden, workflow) => register(warden, workflow, { timeout: 60, run: 'a' }),
    work: (warden, workflow) => register(warden, workflow, { timeout: 60, run: 'b', restart: true }),
    end: { state: 'waiting', attempt: 2, told: [] },
  },
  'bring a deadline forward': {
    before: (warden, workflow) => register(warden, workflow, { timeout: 600 }),
    work: (warden, workflow) => accepted(warden.progress(workflow, 'a', { timeout: 30 })),
    end: { state: 'waiting', attempt: 1, told: [] },
  },
  'put a deadline off': {
    before: (warden, workflow) => register(warden, workflow, { timeout: 60 }),
    work: (warden, workflow) => accepted(warden.progress(workflow, 'a', { timeout: 600 })),
    end: { state: 'waiting', attempt: 1, told: [] },
  },
  'fail an item': {
    before: (warden, workflow) => register(warden, workflow, { timeout: 60 }),
    work: (warden, workflow) => accepted(warden.progress(workflow, 'a', { failed: { reason: 'x' } })),
    end: { state: 'failed', attempt: 1, told: [1] },
  },
  'fail an item with the output of its job': {
    before: (warden, workflow) => register(warden, workflow, { timeout: 60 }),
    work: failWithOutput,
    end: { state: 'failed', attempt: 1, told: [1] },
  },
  'fail an item that is overdue': {
    before: async (warden, workflow) => {
      await registerOverdue(warden, workflow);
      await warden.settle();
    },
    work: failWithOutput,
    end: { state: 'failed', attempt: 1, told: [1], reports: 2 },
  },
  'fail an item marked overdue that nobody was notified of': {
    before: registerMarked,
    work: failWithOutput,
    end: { state: 'failed', attempt: 1, told: [1] },
  },
  'report the first progress of an item, which is checked sooner': {
    before: (warden, workflow) => register(warden, workflow, { timeout: 60, stuckAfter: 10 }),
    work: (warden, workflow) => accepted(warden.progress(workflow, 'a', { progress: 1 })),
    end: { state: 'waiting', attempt: 1, told: [] },
  },
  'report the same progress once more': {
    before: async (warden, workflow) => {
      await register(warden, workflow, { timeout: 600, stuckAfter: 300 });
      await accepted(warden.progress(workflow, 'a', { progress: 1 }));
      warden.clock.advance(61_000);
    },
    work: (warden, workflow) => accepted(warden.progress(workflow, 'a', { progress: 1, timeout: 600 })),
    end: { state: 'waiting', attempt: 1, told: [] },
  },
  'reach a step that was due before': {
    before: async (warden, workflow) => {
      await register(warden, workflow, { timeout: 60, startBy: 5 });
      warden.clock.advance(6_000);
      await warden.settle();
    },
    work: (warden, workflow) => accepted(warden.progress(workflow, 'a', { step: 'begun' })),
    end: { state: 'waiting', attempt: 1, told: [1] },
  },
  'register an item by a message': {
    before: async () => {},
    work: (warden, workflow) => ingest(warden, workflow, [{ op: 'register', timeout: 60 }]),
    comesAgain: true,
    end: { state: 'waiting', attempt: 1, told: [] },
  },
  'register, progress and complete an item by a message': {
    before: async () => {},
    work: (warden, workflow) =>
      ingest(warden, workflow, [
        { op: 'register', timeout: 60 },
        { op: 'progress', step: 'copied', timeout: 120 },
        { op: 'complete' },
      ]),
    comesAgain: true,
    end: { state: 'completed', attempt: 1, told: [], completion: { run: 'r1', outcome: 'on-time' } },
  },
  'fail an item by a message': {
    before: (warden, workflow) => register(warden, workflow, { timeout: 60, run: 'r1' }),
    work: (warden, workflow) => ingest(warden, workflow, [{ op: 'progress', failed: { reason: 'x' } }]),
    comesAgain: true,
    end: { state: 'failed', attempt: 1, told: [1] },
  },
  'complete an item': {
    before: (warden, workflow) => register(warden, workflow, { timeout: 60 }),
    work: (warden, workflow) => accepted(warden.complete(workflow, 'a')),
    end: { state: 'completed', attempt: 1, told: [], completion: { outcome: 'on-time' } },
  },
  'complete an item marked overdue that nobody was notified of': {
    before: registerMarked,
    work: (warden, workflow) => accepted(warden.complete(workflow, 'a')),
    end: { state: 'completed', attempt: 1, told: [1], completion: { outcome: 'late' } },
  },
  'complete an item late': {
    before: async (warden, workflow) => {
      await registerOverdue(warden, workflow);
      await warden.settle();
    },
    work: (warden, workflow) => accepted(warden.complete(workflow, 'a')),
    end: { state: 'completed', attempt: 1, told: [1], completion: { outcome: 'late' } },
  },
  'complete a run before it is registered': {
    before: async () => {},
    work: completeRun('r1'),
    end: { state: 'completed', attempt: 1, told: [], completion: { run: 'r1', outcome: 'early' } },
  },
  'complete a run before it is registered, after another one': {
    before: async (warden, workflow) => {
      await register(warden, workflow, { timeout: 60, run: 'r1' });
      await completeRun('r1')(warden, workflow);
    },
    work: completeRun('r2'),
    end: { state: 'completed', attempt: 2, told: [], completion: { run: 'r2', outcome: 'early' } },
  },
  'register a run that was completed before': {
    before: completeRun('r1'),
    work: (warden, workflow) => register(warden, workflow, { timeout: 60, run: 'r1' }),
    end: { state: 'completed', attempt: 1, told: [], completion: { run: 'r1', outcome: 'early' } },
  },
  'register over the receipt of another run': {
    before: async (warden, workflow) => {
      await register(warden, workflow, { timeout: 60, run: 'r1' });
      await completeRun('r1')(warden, workflow);
    },
    work: (warden, workflow) => register(warden, workflow, { timeout: 60, run: 'r2' }),
    end: { state: 'waiting', attempt: 2, told: [] },
  },
  'register over an expired receipt': {
    before: async (warden, workflow) => {
      await warden.request('PUT', `/v1/workflows/${workflow}`, { body: { receipts: 3_600 } });
      await register(warden, workflow, { timeout: 60 });
      await accepted(warden.complete(workflow, 'a'));
      warden.clock.advance(3_600_000);
    },
    work: (warden, workflow) => register(warden, workflow, { timeout: 60 }),
    end: { state: 'waiting', attempt: 1, told: [] },
  },
  'check the timer of an overdue item': {
    before: registerOverdue,
    work: async (warden, workflow) => checkTimers(warden, workflow, await timerOf(warden, workflow)),
    comesAgain: true,
    end: { state: 'overdue', attempt: 1, told: [1] },
  },
  'check the timer of an extended item': {
    before: async (warden, workflow) => {
      await register(warden, workflow, { timeout: 5 });
      await accepted(warden.progress(workflow, 'a', { timeout: 60 }));
      warden.clock.advance(6_000);
    },
    work: async (warden, workflow) => checkTimers(warden, workflow, await timerOf(warden, workflow)),
    comesAgain: true,
    end: { state: 'waiting', attempt: 1, told: [] },
  },
};
