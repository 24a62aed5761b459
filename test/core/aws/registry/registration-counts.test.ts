import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RegistrationCounts } from '../../../../core/aws/registry/registration-counts.ts';
import { createLog } from '../../../../core/log.ts';
import { windowAt } from '../../../../core/model/workflow/expectation.ts';
import * as names from '../../../../local/names.ts';
import { Faults } from '../../../support/faults.ts';
import { onEngines } from '../../../support/on-engines.ts';
import { type EmbeddedWarden, startWarden } from '../../../support/warden.ts';

const hour = 3_600_000;
const noon = Date.parse('2026-03-01T12:00:00.000Z');
const window = (atLeast: number, at = noon) => windowAt({ atLeast, every: 3_600 }, at);

/** The counts of one instance of the function. */
function instance(client: DynamoDBClient, log = createLog(() => {})): RegistrationCounts {
  return new RegistrationCounts({ client: client, table: names.registryTable }, log);
}

describe('counts of registrations', () => {
  onEngines((warden) => {
    test('are exact if many items are registered at once at the edge of a window (P2)', async () => {
      const workflow = warden().newWorkflow();
      const expected = { atLeast: 100, every: 3_600 };
      const instances = Array.from({ length: 4 }, () => instance(warden().aws.dynamodb));
      const late = Array.from({ length: 40 }, (_, index) => noon + hour + (index % 2 === 0 ? -1 : 0));
      await Promise.all(late.map((at, index) => instances[index % 4]?.add(workflow, expected, at)));
      const [counts] = instances;
      expect(await counts?.read(workflow, expected, window(100))).toBe(20);
      expect(await counts?.read(workflow, expected, window(100, noon + hour))).toBe(20);
    });

    test('start again in every window, and reuse the same records', async () => {
      const workflow = warden().newWorkflow();
      const expected = { atLeast: 100, every: 3_600 };
      const counts = instance(warden().aws.dynamodb);
      for (let hours = 0; hours < 6; hours++) {
        await counts.add(workflow, expected, noon + hours * hour);
        await counts.add(workflow, expected, noon + hours * hour);
      }
      // Of a window that is no longer needed nothing remains, and nothing of it comes back.
      await counts.add(workflow, expected, noon);
      const read = (hours: number) => counts.read(workflow, expected, window(100, noon + hours * hour));
      expect(await Promise.all([0, 1, 2, 3, 4, 5].map(read))).toEqual([0, 0, 2, 2, 2, 2]);
    });

    test('of windows of another length are separate', async () => {
      const workflow = warden().newWorkflow();
      const counts = instance(warden().aws.dynamodb);
      const [hourly, daily] = [
        { atLeast: 10, every: 'PT1H' },
        { atLeast: 10, every: 'P1D' },
      ];
      // At these times a window of one length would use the record of a window of the other length.
      for (const days of [0, 1, 2, 3]) {
        const at = noon + days * 24 * hour;
        await counts.add(workflow, hourly, at);
        await counts.add(workflow, daily, at);
        await counts.add(workflow, hourly, at);
        expect(await counts.read(workflow, hourly, windowAt(hourly, at))).toBe(2);
        expect(await counts.read(workflow, daily, windowAt(daily, at))).toBe(1);
      }
    });
  });
});

describe('counting', () => {
  let warden: EmbeddedWarden;
  let faults: Faults;
  beforeAll(async () => {
    warden = await startWarden();
    faults = new Faults(warden);
  });
  afterAll(() => warden.close());

  test('continues until all records together have enough, and then ends (P2)', async () => {
    const workflow = warden.newWorkflow();
    const expected = { atLeast: 600, every: 3_600 };
    const instances = Array.from({ length: 3 }, () => instance(warden.aws.dynamodb));
    faults.revive();
    for (let round = 0; round < 90; round++) {
      await Promise.all(
        Array.from({ length: 10 }, (_, index) => instances[index % 3]?.add(workflow, expected, noon)),
      );
      const counted = await instances[0]?.read(workflow, expected, window(600));
      if (round < 59) expect(counted).toBe((round + 1) * 10);
      else expect(counted).toBeGreaterThanOrEqual(600);
    }
    // 900 were registered. Beyond 600, each instance writes until it finds out that there are enough.
    const writes = faults.calls.filter((name) => name === 'UpdateItemCommand').length;
    expect(writes).toBeGreaterThanOrEqual(600);
    expect(writes).toBeLessThan(600 + 60);
  });

  test('continues if more is expected in the middle of a window', async () => {
    const workflow = warden.newWorkflow();
    const counts = instance(warden.aws.dynamodb);
    for (let count = 0; count < 3; count++) await counts.add(workflow, { atLeast: 1, every: 3_600 }, noon);
    expect(await counts.read(workflow, { atLeast: 1, every: 3_600 }, window(1))).toBe(1);
    await counts.add(workflow, { atLeast: 3, every: 3_600 }, noon);
    expect(await counts.read(workflow, { atLeast: 3, every: 3_600 }, window(3))).toBe(2);
  });

  test('adds with the next registration what it could not write, also of another window (P2)', async () => {
    const workflow = warden.newWorkflow();
    const expected = { atLeast: 100, every: 3_600 };
    const lines: string[] = [];
    const counts = instance(
      warden.aws.dynamodb,
      createLog((line) => lines.push(line)),
    );
    for (const at of [noon, noon, noon + hour]) {
      faults.refuseAt(0);
      await counts.add(workflow, expected, at);
    }
    faults.revive();
    expect(lines.filter((line) => line.includes('registration not counted yet'))).not.toEqual([]);
    await counts.add(workflow, expected, noon + hour);
    expect(await counts.read(workflow, expected, window(100))).toBe(2);
    expect(await counts.read(workflow, expected, window(100, noon + hour))).toBe(2);
  });

  test('continues if it cannot find out whether there is enough', async () => {
    const workflow = warden.newWorkflow();
    const expected = { atLeast: 501, every: 3_600 };
    const lines: string[] = [];
    const log = createLog((line) => lines.push(line));
    const counts = instance(warden.aws.dynamodb, log);
    warden.aws.dynamodb.middlewareStack.add(
      (next, { commandName }) =>
        (args) =>
          commandName === 'GetItemCommand' ? Promise.reject(new Error('refused')) : next(args),
      { step: 'initialize', name: 'refuseReads' },
    );
    for (let round = 0; round < 56; round++) {
      await Promise.all(Array.from({ length: 10 }, () => counts.add(workflow, expected, noon)));
    }
    warden.aws.dynamodb.middlewareStack.remove('refuseReads');
    expect(lines.filter((line) => line.includes('registrations could not be counted'))).not.toEqual([]);
    expect(await counts.read(workflow, expected, window(501))).toBe(560);
  });
});
