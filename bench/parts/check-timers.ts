import { randomUUID } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import pLimit from 'p-limit';
import { create as createCheckTimers } from '../../functions/check-timers.ts';
import { create as createRegister } from '../../functions/register.ts';
import { eventOf, handleAll } from '../harness/events.ts';
import type { Part } from '../harness/part.ts';
import type { Target } from '../harness/result.ts';
import { inTurns, middle, ratio } from '../harness/rounds.ts';
import { Shadow } from '../harness/shadow.ts';
import { cellOf } from '../harness/targets.ts';

const workflow = 'bench';
/** Messages in an invocation, and invocations at the same time: as in the local service. */
const batch = 100;
const invocations = 3;

/** Overdue items: marked, reported and published, compared with the bare SDK calls for that. */
export const checkTimersPart: Part = {
  seconds: { quick: 15, usual: 60, full: 60 },
  targets: ['processor', 'wall'].map(
    (time): Target => ({
      name: `${time} time of the calls that an overdue item needs, to check-timers`,
      is: 'at least',
      bound: 0.7,
      unit: '',
      figure: (part) => cellOf(part, time, 'calls alone to check-timers'),
    }),
  ),
  async measure(size, say) {
    const rounds = size === 'quick' ? 3 : 9;
    const items = size === 'quick' ? 300 : 1_000;
    const shadow = await Shadow.start();
    try {
      const { service } = shadow.aws;
      const register = createRegister({ ...service, access: 'open' });
      const checkTimers = createCheckTimers(service);
      let calls = 0;
      const prepare = async () => {
        const events = Array.from({ length: items }, () =>
          eventOf('PUT', { workflow, query: `id=${randomUUID()}`, body: { timeout: 60 } }),
        );
        shadow.record();
        await handleAll(register, events, 201);
        await shadow.replay()();
        const ids = events.map(({ rawQueryString }) => rawQueryString.slice('id='.length));
        const bodies = await Promise.all(
          ids.map(async (item) => {
            const record = await service.items.readOpen(workflow, item);
            return JSON.stringify({ workflow, item, timer: record?.timer, armedAt: record?.registeredAt });
          }),
        );
        shadow.advance(61_000);
        const batches = Array.from({ length: items / batch }, (_, index) =>
          bodies.slice(index * batch, (index + 1) * batch),
        );
        shadow.record();
        return () =>
          pLimit(invocations).map(batches, async (messages) => {
            const { batchItemFailures } = await checkTimers(sqsEvent(messages));
            if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} messages failed`);
          });
      };
      const samples = await inTurns(
        [
          { name: 'function', operations: items, prepare },
          {
            name: 'calls',
            operations: items,
            prepare: async () => {
              calls = shadow.calls / items;
              return shadow.replay();
            },
          },
        ],
        rounds,
        (round) => say(`round ${round} of ${rounds}`),
      );
      const [alone, floor] = [middle(samples.get('function')), middle(samples.get('calls'))];
      const microseconds = (ms: number) => Math.round(ms * 1_000);
      return {
        columns: [
          'µs for each overdue item',
          'its calls alone',
          'check-timers',
          'calls alone to check-timers',
        ],
        rows: [
          [
            'processor',
            microseconds(floor.processor),
            microseconds(alone.processor),
            ratio(samples.get('calls'), samples.get('function')),
          ],
          [
            'wall',
            microseconds(floor.wall),
            microseconds(alone.wall),
            ratio(samples.get('calls'), samples.get('function'), 'wall'),
          ],
          ['SDK calls for each item', calls, calls, 1],
        ],
        broken: [],
      };
    } finally {
      await shadow.close();
    }
  },
};

function sqsEvent(bodies: readonly string[]): SQSEvent {
  const Records = bodies.map((body, index) => ({ messageId: `message-${index}`, body }));
  return { Records } as unknown as SQSEvent;
}
