import { expect, onTestFinished, test } from 'vitest';
import { startWarden } from '../../../support/warden.ts';

test('time and storms 1: whoever reads the heartbeat while an outage is recorded does not hide it (P2)', async () => {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  await warden.sweep();
  const { state } = warden.aws.service;
  const { sweptAt: from = '' } = (await state.heartbeat()) ?? {};
  warden.clock.advance(3 * 3_600_000);
  const to = new Date(warden.clock.now()).toISOString();
  // Reads begin before the write, during it and after it.
  const before = state.heartbeat();
  const noted = state.recordOutage({ from, to, graceUntil: to });
  const during = state.heartbeat();
  await Promise.all([before, noted, during]);
  expect((await state.heartbeat())?.outage).toEqual({ from, to, graceUntil: to });
});
