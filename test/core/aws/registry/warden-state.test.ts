import { expect, onTestFinished, test } from 'vitest';
import { startWarden } from '../../../support/start-warden.ts';

async function start() {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  await warden.sweep();
  const { state } = warden.aws.service;
  const { sweptAt: from = '' } = (await state.heartbeat()) ?? {};
  warden.clock.advance(3 * 3_600_000);
  const to = new Date(warden.clock.now()).toISOString();
  return { warden, state, outage: { from, to, graceUntil: to } };
}

test.each(['GetItemCommand', 'UpdateItemCommand'])(
  'time and storms 1: a heartbeat that is read while an outage is recorded does not hide it, however slow %s is (P2)',
  async (slow) => {
    const { warden, state, outage } = await start();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let isHeld = true;
    warden.aws.dynamodb.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (!isHeld || commandName !== slow) return next(args);
          isHeld = false;
          // A slow write is not made yet; a slow read was made, and its reply is on the way.
          const reply = slow === 'GetItemCommand' ? await next(args) : undefined;
          reached.resolve();
          await released;
          return reply ?? next(args);
        },
      { step: 'initialize' },
    );
    const read = () => state.heartbeat();
    const write = () => state.recordOutage(outage);
    const [slowly, meanwhile] = slow === 'GetItemCommand' ? [read, write] : [write, read];
    const held = slowly();
    await reached.promise;
    await meanwhile();
    release();
    await held;
    expect((await state.heartbeat())?.outage).toEqual(outage);
  },
);
