import {
  CreateScheduleGroupCommand,
  ListSchedulesCommand,
  type ListSchedulesCommandInput,
  paginateListSchedules,
} from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import { create, queue, start } from './support.ts';

async function listed(options: ListSchedulesCommandInput) {
  const started = await start();
  const { client } = started;
  await client.send(new CreateScheduleGroupCommand({ Name: 'other' }));
  for (const name of ['b2', 'a_1', 'b1', 'ax1']) await create(client, name);
  await create(client, 'b0', { GroupName: 'other', State: 'DISABLED' });
  const page = await client.send(new ListSchedulesCommand(options));
  return { ...started, page, names: page.Schedules?.map(({ Name }) => Name) };
}

describe('a listing', () => {
  it('names every schedule by group and name, with its summary', async () => {
    const { page, names } = await listed({});
    expect(names).toEqual(['a_1', 'ax1', 'b1', 'b2', 'b0']);
    expect(page.NextToken).toBeUndefined();
    expect(page.Schedules?.at(-1)).toEqual({
      Arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/other/b0',
      GroupName: 'other',
      Name: 'b0',
      State: 'DISABLED',
      CreationDate: new Date('2026-03-01T12:00:00Z'),
      LastModificationDate: new Date('2026-03-01T12:00:00Z'),
      Target: { Arn: queue },
    });
  });

  it.each([
    ['a group', { GroupName: 'other' }, ['b0']],
    ['a prefix, letter by letter', { NamePrefix: 'a_' }, ['a_1']],
    ['a state', { State: 'DISABLED' }, ['b0']],
    ['all of them', { GroupName: 'default', NamePrefix: 'b', State: 'ENABLED' }, ['b1', 'b2']],
  ] as const)('is narrowed by %s', async (_, options, expected) => {
    expect((await listed(options)).names).toEqual(expected);
  });

  it('continues over its pages without a gap or a repetition', async () => {
    const { client } = await listed({});
    const names: unknown[] = [];
    for await (const page of paginateListSchedules({ client, pageSize: 2 }, {})) {
      expect(page.Schedules?.length).toBeLessThanOrEqual(2);
      names.push(...(page.Schedules ?? []).map(({ Name }) => Name));
    }
    expect(names).toEqual(['a_1', 'ax1', 'b1', 'b2', 'b0']);
  });

  it('has 100 to a page', async () => {
    const { client } = await start();
    await Promise.all(Array.from({ length: 101 }, (_, n) => create(client, `n${n}`)));
    const page = await client.send(new ListSchedulesCommand({}));
    expect(page.Schedules).toHaveLength(100);
    expect(page.NextToken).toBeDefined();
  });

  it.each([{ MaxResults: 0 }, { MaxResults: 101 }, { NextToken: 'junk' }, { NamePrefix: '%' }])(
    'refuses %j',
    async (options) => {
      const { client } = await start();
      const listing = client.send(new ListSchedulesCommand(options));
      await expect(listing).rejects.toMatchObject({ name: 'ValidationException' });
    },
  );

  it('does not find a group that does not exist', async () => {
    const { client } = await start();
    const listing = client.send(new ListSchedulesCommand({ GroupName: 'none' }));
    await expect(listing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
