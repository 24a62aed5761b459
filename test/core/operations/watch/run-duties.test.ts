import { expect, test } from 'vitest';
import { createLog } from '../../../../core/log.ts';
import { runDuties } from '../../../../core/operations/watch/run-duties.ts';

test('a duty that fails, or a part of it, is logged and stops no other (P7, P8)', async () => {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  const ran: string[] = [];
  const fail = (name: string) => () => Promise.reject(new RangeError(name));
  const running = runDuties({ log }, [
    { name: 'first', run: fail('first') },
    {
      name: 'second',
      run: async (attempt) => {
        await attempt('workflow', { workflow: 'uploads' }, fail('part'));
        ran.push('rest of the second');
      },
    },
    { name: 'third', run: async () => ran.push('third') },
  ]);
  const error: unknown = await running.catch((cause: unknown) => cause);
  expect(error).toMatchObject({
    name: 'AggregateError',
    message: '2 parts of the sweep failed',
    errors: [{ message: 'first' }, { message: 'part' }],
  });
  expect(ran).toEqual(['rest of the second', 'third']);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'error', message: 'sweep failed', part: 'first', error: 'RangeError' },
    { level: 'error', message: 'sweep failed', part: 'workflow', workflow: 'uploads', error: 'RangeError' },
  ]);
});

test('successful duties run one after the other', async () => {
  const ran: string[] = [];
  const duty = (name: string) => ({
    name,
    run: async () => {
      ran.push(`${name} begins`);
      await Promise.resolve();
      ran.push(`${name} ends`);
    },
  });
  await runDuties({ log: createLog(() => {}) }, [duty('a'), duty('b')]);
  expect(ran).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});
