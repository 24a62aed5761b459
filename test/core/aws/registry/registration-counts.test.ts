import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RegistrationCounts } from '../../../../core/aws/registry/registration-counts.ts';
import { createLog } from '../../../../core/log.ts';
import { partAt } from '../../../../core/model/workflow/expectation.ts';
import * as names from '../../../../local/names.ts';
import { Faults } from '../../../support/faults.ts';
import { onEngines } from '../../../support/on-engines.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const hour = 3_600_000;
const noon = Date.parse('2026-03-01T12:00:00.000Z');
/** A part of a day: an hour. */
const every = 24 * 3_600;
const part = (at = noon) => partAt({ every }, at);

/** Counts as one instance of the function does. */
function instance(client: DynamoDBClient, log = createLog(() => {})): RegistrationCounts {
  return new RegistrationCounts({ client: client, table: names.registryTable }, log);
}

describe('counts of registrations', () => {
  onEngines((warden) => {
    test('are exact when many are registered at once at the edge of a part (P2)', async () => {
      const workflow = warden().newWorkflow();
      const expected = { atLeast: 100, every };
      const instances = Array.from({ length: 4 }, () => instance(warden().aws.dynamodb));
      const late = Array.from({ length: 40 }, (_, index) => noon + hour + (index % 2 === 0 ? -1 : 0));
      await Promise.all(late.map((at, index) => instances[index % 4]?.add(workflow, expected, at)));
      const [counts] = instances;
      expect(await counts?.read(workflow, expected, part())).toBe(20);
      expect(await counts?.read(workflow, expected, part(noon + hour))).toBe(20);
    });

    test('begin anew in every part, and take up no more room for it', async () => {
      const workflow = warden().newWorkflow();
      const expected = { atLeast: 100, every };
      const counts = instance(warden().aws.dynamodb);
      // Five days have 120 parts.
      const days = [0, 1, 2, 3, 4, 5, 6];
      for (const day of days) {
        await counts.add(workflow, expected, noon + day * 24 * hour);
        await counts.add(workflow, expected, noon + day * 24 * hour);
      }
      // Of a part that nobody asks for any more nothing is left, and nothing of it comes back.
      await counts.add(workflow, expected, noon);
      const read = (day: number) => counts.read(workflow, expected, part(noon + day * 24 * hour));
      expect(await Promise.all(days.map(read))).toEqual([0, 0, 2, 2, 2, 2, 2]);
      const all = await counts.readAll(workflow, expected);
      expect(all.map(({ count }) => count)).toEqual([2, 2, 2, 2, 2]);
    });

    test('of an older version are of the whole window that it counted (P2)', async () => {
      const workflow = warden().newWorkflow();
      const { dynamodb, environment } = warden().aws;
      const number = Math.floor(noon / (24 * hour));
      const Item = marshall({
        kind: `registrations#${workflow}#0`,
        name: `${24 * hour}#${number % 4}`,
        window: number,
        count: 3,
      });
      await dynamodb.send(new PutItemCommand({ TableName: environment.REGISTRY_TABLE, Item }));
      const counts = instance(dynamodb);
      await counts.add(workflow, { atLeast: 9, every }, noon);
      const midnight = number * 24 * hour;
      expect(await counts.readAll(workflow, { atLeast: 9, every })).toEqual([
        { count: 3, from: midnight, to: midnight + 24 * hour },
        { count: 1, from: noon, to: noon + hour },
      ]);
    });

    test('of another length are counts of their own', async () => {
      const workflow = warden().newWorkflow();
      const counts = instance(warden().aws.dynamodb);
      const [hourly, daily] = [
        { atLeast: 10, every: 'PT1H' },
        { atLeast: 10, every: 'P1D' },
      ];
      // At these times a window of one length would have the record of a window of the other.
      for (const days of [0, 1, 2, 3]) {
        const at = noon + days * 24 * hour;
        await counts.add(workflow, hourly, at);
        await counts.add(workflow, daily, at);
        await counts.add(workflow, hourly, at);
        expect(await counts.read(workflow, hourly, partAt(hourly, at))).toBe(2);
        expect(await counts.read(workflow, daily, partAt(daily, at))).toBe(1);
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

  test('goes on until there is enough in all records together, and then ends (P2)', async () => {
    const workflow = warden.newWorkflow();
    const expected = { atLeast: 600, every };
    const instances = Array.from({ length: 3 }, () => instance(warden.aws.dynamodb));
    faults.revive();
    for (let round = 0; round < 90; round++) {
      await Promise.all(
        Array.from({ length: 10 }, (_, index) => instances[index % 3]?.add(workflow, expected, noon)),
      );
      const counted = await instances[0]?.read(workflow, expected, part());
      if (round < 59) expect(counted).toBe((round + 1) * 10);
      else expect(counted).toBeGreaterThanOrEqual(600);
    }
    // 900 were registered. The writes beyond 600 are those of each instance until it finds out.
    const writes = faults.calls.filter((name) => name === 'UpdateItemCommand').length;
    expect(writes).toBeGreaterThanOrEqual(600);
    expect(writes).toBeLessThan(600 + 60);
  });

  test('goes on when more is expected in the middle of a part', async () => {
    const workflow = warden.newWorkflow();
    const counts = instance(warden.aws.dynamodb);
    for (let count = 0; count < 3; count++) await counts.add(workflow, { atLeast: 1, every }, noon);
    expect(await counts.read(workflow, { atLeast: 1, every }, part())).toBe(1);
    await counts.add(workflow, { atLeast: 3, every }, noon);
    expect(await counts.read(workflow, { atLeast: 3, every }, part())).toBe(2);
  });

  test('brings with the next registration what it could not write, also of another part (P2)', async () => {
    const workflow = warden.newWorkflow();
    const expected = { atLeast: 100, every };
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
    expect(await counts.read(workflow, expected, part())).toBe(2);
    expect(await counts.read(workflow, expected, part(noon + hour))).toBe(2);
  });

  test('that cannot find out whether there is enough goes on', async () => {
    const workflow = warden.newWorkflow();
    const expected = { atLeast: 501, every };
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
    expect(await counts.read(workflow, expected, part())).toBe(560);
  });
});
