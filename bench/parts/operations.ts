import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { create as createBatch } from '../../functions/batch.ts';
import { create as createComplete } from '../../functions/complete.ts';
import { create as createProgress } from '../../functions/progress.ts';
import { create as createRegister } from '../../functions/register.ts';
import type { Caller } from '../../test/e2e/support/caller.ts';
import { Laptop } from '../../test/e2e/support/laptop-without-vitest.ts';
import { data, eventOf, handleAll } from '../harness/events.ts';
import { broken, type Part } from '../harness/part.ts';
import type { Target } from '../harness/result.ts';
import { inTurns, middle, ratio, type Sample, type Way } from '../harness/rounds.ts';
import { processorMsOf } from '../harness/service-process.ts';
import { parallel, Shadow } from '../harness/shadow.ts';
import { cellOf } from '../harness/targets.ts';

const workflow = 'bench';
const inBatch = 100;
const batchBody = (items: readonly string[]) => ({
  operations: items.map((item) => ({ op: 'register', item, timeout: 3_600, step: 'uploaded', data })),
});
/** Batches of 100 items with one deadline share a timer. */
const most = { batchTimers: 1 };

/** The requests to an item, one after the other. */
const requests = {
  register: { method: 'PUT', status: 201, body: { timeout: 3_600, step: 'uploaded', data } },
  step: { method: 'PATCH', status: 200, body: { step: 'copied' } },
  complete: { method: 'DELETE', status: 200, body: undefined },
} as const;
const operations = Object.keys(requests) as (keyof typeof requests)[];

/**
 * Register, step, complete and batches: the functions alone and over HTTP, compared with their bare SDK calls, which
 * are sent again without the functions.
 */
export const operationsPart: Part = {
  seconds: { quick: 30, usual: 340, full: 340 },
  targets: [
    ...(['register', 'complete'] as const).map(
      (name): Target => ({
        name: `processor time of the function ${name}, to its calls alone`,
        is: 'at most',
        bound: 1.25,
        unit: '',
        figure: (part) => cellOf(part, name, 'ratio'),
      }),
    ),
    ...operations.map(
      (name): Target => ({
        name: `speed of ${name} over HTTP, to its calls alone`,
        is: 'at least',
        bound: 0.8,
        unit: '',
        figure: (part) => cellOf(part, name, 'calls alone to HTTP'),
      }),
    ),
  ],
  async measure(size, say) {
    // The rounds are long because V8 forgets compiled code that is not used for a while, and compiles it again in the next round.
    // A function on AWS that answers one request after the other does not.
    const { rounds, items } = size === 'quick' ? { rounds: 3, items: 300 } : { rounds: 9, items: 5_000 };
    const laptop = new Laptop('sources');
    const shadow = await Shadow.start();
    try {
      const local = await laptop.start({ data: laptop.folder(), startsWithin: 60_000 });
      const ways = [
        ...itemWays(shadow, local.caller, () => processorMsOf(local.process.pid), items),
        ...batchWays(shadow, local.caller, () => processorMsOf(local.process.pid), items),
      ];
      const samples = await inTurns(ways, rounds, (round) => say(`round ${round} of ${rounds}`));
      return {
        columns,
        rows: [...operations, 'batch'].map((name) => rowOf(name, samples)),
        broken: checked(),
      };
    } finally {
      await shadow.close();
      await laptop.end();
    }
  },
};

const columns = [
  'µs for each item',
  'processor, its calls alone',
  'processor, function',
  'ratio',
  'processor, service over HTTP',
  'wall, calls alone',
  'wall, over HTTP',
  'calls alone to HTTP',
];

const microseconds = (milliseconds: number) => Math.round(milliseconds * 1_000);

function rowOf(name: string, samples: ReadonlyMap<string, Sample[]>): (string | number)[] {
  const of = (way: string) => samples.get(`${name}, ${way}`);
  const [floor, alone, http] = [middle(of('calls')), middle(of('function')), middle(of('HTTP'))];
  return [
    name,
    microseconds(floor.processor),
    microseconds(alone.processor),
    ratio(of('function'), of('calls')),
    microseconds(http.processor),
    microseconds(floor.wall),
    microseconds(http.wall),
    ratio(of('calls'), of('HTTP'), 'wall'),
  ];
}

function itemWays(shadow: Shadow, caller: Caller, serviceMs: () => number, count: number): Way[] {
  const service = { ...shadow.aws.service, access: 'open' as const };
  const handlers = {
    register: createRegister(service),
    step: createProgress(service),
    complete: createComplete(service),
  };
  let ids: string[] = [];
  return operations.flatMap((name): Way[] => {
    const { method, status, body } = requests[name];
    return [
      {
        name: `${name}, function`,
        operations: count,
        prepare: async () => {
          if (name === 'register') ids = Array.from({ length: count }, () => randomUUID());
          const events = ids.map((id) => eventOf(method, { workflow, query: `id=${id}`, body }));
          shadow.record();
          return () => handleAll(handlers[name], events, status);
        },
      },
      { name: `${name}, calls`, operations: count, prepare: async () => shadow.replay() },
      {
        name: `${name}, HTTP`,
        operations: count,
        processorMs: serviceMs,
        prepare: async () => () =>
          pLimit(parallel).map([...ids], async (id) => {
            const reply = await caller.request(method, `/v1/workflows/${workflow}/item?id=${id}`, body);
            if (reply.status !== status) throw new Error(`${method} was answered ${reply.status}`);
          }),
      },
    ];
  });
}

let timersOfBatch = 0;

function batchWays(shadow: Shadow, caller: Caller, serviceMs: () => number, count: number): Way[] {
  const handler = createBatch({ ...shadow.aws.service, access: 'open' });
  let bodies: ReturnType<typeof batchBody>[] = [];
  return [
    {
      name: 'batch, function',
      operations: count,
      prepare: async () => {
        bodies = Array.from({ length: count / inBatch }, () =>
          batchBody(Array.from({ length: inBatch }, () => randomUUID())),
        );
        const events = bodies.map((body) => eventOf('POST', { workflow, body }));
        shadow.record();
        return () => handleAll(handler, events, 200);
      },
    },
    {
      name: 'batch, calls',
      operations: count,
      prepare: async () => {
        timersOfBatch = shadow.countOf('CreateScheduleCommand') / (count / inBatch);
        return shadow.replay();
      },
    },
    {
      name: 'batch, HTTP',
      operations: count,
      processorMs: serviceMs,
      prepare: async () => () =>
        pLimit(parallel).map([...bodies], async (body) => {
          const { status } = await caller.request('POST', `/v1/workflows/${workflow}/batch`, body);
          if (status !== 200) throw new Error(`a batch was answered ${status}`);
        }),
    },
  ];
}

function checked(): string[] {
  return broken([
    timersOfBatch > most.batchTimers,
    `a batch of ${inBatch} items took ${timersOfBatch} calls to Scheduler`,
  ]);
}
