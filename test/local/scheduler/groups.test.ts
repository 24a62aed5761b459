import {
  CreateScheduleGroupCommand,
  DeleteScheduleGroupCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  type ListScheduleGroupsCommandInput,
} from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import { create, exists, start } from './support.ts';

describe('a schedule group', () => {
  it('is read as it was created', async () => {
    const { client } = await start();
    const Tags = [{ Key: 'a', Value: 'b' }];
    const made = await client.send(new CreateScheduleGroupCommand({ Name: 'mine', Tags }));
    expect(made.ScheduleGroupArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule-group/mine');
    const { $metadata: _, ...found } = await client.send(new GetScheduleGroupCommand({ Name: 'mine' }));
    expect(found).toEqual({
      Arn: made.ScheduleGroupArn,
      Name: 'mine',
      State: 'ACTIVE',
      CreationDate: new Date('2026-03-01T12:00:00Z'),
      LastModificationDate: new Date('2026-03-01T12:00:00Z'),
    });
  });

  it('is a conflict if it exists, as default always does', async () => {
    const { client } = await start();
    const refused = { name: 'ConflictException', $metadata: { httpStatusCode: 409 } };
    await client.send(new CreateScheduleGroupCommand({ Name: 'mine' }));
    for (const Name of ['mine', 'default']) {
      await expect(client.send(new CreateScheduleGroupCommand({ Name }))).rejects.toMatchObject(refused);
    }
  });

  it('is not found if there is none', async () => {
    const { client } = await start();
    const refused = { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } };
    const Name = 'none';
    await expect(client.send(new GetScheduleGroupCommand({ Name }))).rejects.toMatchObject(refused);
    await expect(client.send(new DeleteScheduleGroupCommand({ Name }))).rejects.toMatchObject(refused);
  });

  it('is deleted with its schedules and no others, and these do not fire', async () => {
    const { client, scheduler, clock, sent } = await start();
    await client.send(new CreateScheduleGroupCommand({ Name: 'mine' }));
    await create(client, 'in-it', { GroupName: 'mine' });
    await create(client, 'outside');
    await client.send(new DeleteScheduleGroupCommand({ Name: 'mine' }));
    clock.advance(60_000);
    expect(await exists(client, 'outside')).toBe(true);
    expect(await scheduler.fireDue()).toBe(1);
    expect(sent.map(({ body }) => body)).toEqual(['outside']);
  });

  it('named default cannot be deleted', async () => {
    const { client } = await start();
    const deletion = client.send(new DeleteScheduleGroupCommand({ Name: 'default' }));
    await expect(deletion).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('is listed by name, by prefix and in pages', async () => {
    const { client } = await start();
    for (const Name of ['b_1', 'b_2', 'bx3', 'a'])
      await client.send(new CreateScheduleGroupCommand({ Name }));
    const names = async (input: ListScheduleGroupsCommandInput) => {
      const { ScheduleGroups, NextToken } = await client.send(new ListScheduleGroupsCommand(input));
      return { names: ScheduleGroups?.map(({ Name }) => Name), token: NextToken };
    };
    expect(await names({})).toEqual({ names: ['a', 'b_1', 'b_2', 'bx3', 'default'], token: undefined });
    expect(await names({ NamePrefix: 'b_' })).toEqual({ names: ['b_1', 'b_2'], token: undefined });
    const first = await names({ MaxResults: 3 });
    expect(first.names).toEqual(['a', 'b_1', 'b_2']);
    expect(await names({ MaxResults: 3, NextToken: first.token })).toEqual({
      names: ['bx3', 'default'],
      token: undefined,
    });
  });
});
