import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import { create, deadLetters, exists, queue, role, schedule, start } from './support.ts';

describe('a schedule', () => {
  it('is read as it was created, with defaults', async () => {
    const { client } = await start();
    const arn = await create(client, 'a', { ActionAfterCompletion: undefined });
    expect(arn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/default/a');
    const { $metadata, ...found } = await client.send(new GetScheduleCommand({ Name: 'a' }));
    expect($metadata.httpStatusCode).toBe(200);
    expect(found).toEqual({
      Arn: arn,
      GroupName: 'default',
      Name: 'a',
      ScheduleExpression: 'at(2026-03-01T12:01:00)',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      FlexibleTimeWindow: { Mode: 'OFF' },
      CreationDate: new Date('2026-03-01T12:00:00Z'),
      LastModificationDate: new Date('2026-03-01T12:00:00Z'),
      Target: {
        Arn: queue,
        RoleArn: role,
        Input: 'a',
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
    });
  });

  it('keeps all its properties', async () => {
    const { client } = await start();
    const whole = schedule(
      'everything.in-it_1',
      {
        GroupName: 'mine',
        Description: 'all of it',
        ScheduleExpressionTimezone: 'Europe/Berlin',
        State: 'DISABLED',
        StartDate: new Date('2026-01-01T00:00:00Z'),
        EndDate: new Date('2027-01-01T00:00:00Z'),
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      },
      {
        Input: '{"ü":"\\n"}',
        DeadLetterConfig: { Arn: deadLetters },
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
      },
    );
    await client.send(new CreateScheduleGroupCommand({ Name: 'mine' }));
    await client.send(new CreateScheduleCommand(whole));
    expect(
      await client.send(new GetScheduleCommand({ Name: 'everything.in-it_1', GroupName: 'mine' })),
    ).toMatchObject(whole);
  });

  it('is a conflict if its name is in use in the group, whatever the token, and nothing changes', async () => {
    const { client, scheduler } = await start();
    await create(client, 'a', { ClientToken: 'same' });
    const again = create(client, 'a', { ClientToken: 'same', Description: 'other' });
    await expect(again).rejects.toMatchObject({
      name: 'ConflictException',
      $metadata: { httpStatusCode: 409 },
    });
    expect((await client.send(new GetScheduleCommand({ Name: 'a' }))).Description).toBeUndefined();
    expect(scheduler.requests).toEqual({ CreateSchedule: 2, GetSchedule: 1 });
  });

  it('may have the same name in another group', async () => {
    const { client } = await start();
    await client.send(new CreateScheduleGroupCommand({ Name: 'other' }));
    await create(client, 'a');
    await create(client, 'a', { GroupName: 'other' });
    await client.send(new DeleteScheduleCommand({ Name: 'a', GroupName: 'other' }));
    expect(await exists(client, 'a')).toBe(true);
  });

  it('is replaced as a whole by an update, except for the time when it was created', async () => {
    const { client, clock } = await start();
    await create(client, 'a', { Description: 'old' });
    clock.advance(30_000);
    const change = { ScheduleExpression: 'at(2026-04-01T00:00:00)', ActionAfterCompletion: undefined };
    await client.send(new UpdateScheduleCommand(schedule('a', change)));
    const found = await client.send(new GetScheduleCommand({ Name: 'a' }));
    expect(found).toMatchObject({
      ScheduleExpression: 'at(2026-04-01T00:00:00)',
      ActionAfterCompletion: 'NONE',
      CreationDate: new Date('2026-03-01T12:00:00Z'),
      LastModificationDate: new Date('2026-03-01T12:00:30Z'),
    });
    expect(found.Description).toBeUndefined();
  });

  it('is gone once it is deleted', async () => {
    const { client } = await start();
    await create(client, 'a');
    await client.send(new DeleteScheduleCommand({ Name: 'a' }));
    expect(await exists(client, 'a')).toBe(false);
  });

  it.each([
    ['GetSchedule', new GetScheduleCommand({ Name: 'none' })],
    ['DeleteSchedule', new DeleteScheduleCommand({ Name: 'none' })],
    ['UpdateSchedule', new UpdateScheduleCommand(schedule('none'))],
  ])('that does not exist is not found by %s', async (_, command) => {
    const { client } = await start();
    await expect(client.send(command as GetScheduleCommand)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('is not created in a group that does not exist', async () => {
    const { client } = await start();
    const refused = { name: 'ResourceNotFoundException', message: 'Schedule group none does not exist.' };
    await expect(create(client, 'a', { GroupName: 'none' })).rejects.toMatchObject(refused);
  });
});
