import { expect, inject, test } from 'vitest';
import { proveBadInput } from '../../../prove/bad-input/prove-bad-input.ts';
import { startService } from '../../../prove/service.ts';
import { sized } from '../../support/sized.ts';

test('bad input in any field, parameter, header or message and a wrong token are refused and leave nothing behind (P7, P9)', async () => {
  const service = await startService();
  try {
    const cases = sized(2_400, 100_000);
    const { broken, faults, failed, refused, refusedIn } = await proveBadInput(service, {
      seed: inject('draws').seed,
      cases,
    });
    expect(broken).toEqual([]);
    expect([faults, failed]).toEqual([0, 0]);
    expect(refused).toBeGreaterThan(cases / 5);
    for (const count of Object.values(refusedIn)) expect(count).toBeGreaterThan(cases / 100);
  } finally {
    await service.close();
  }
}, 600_000);
