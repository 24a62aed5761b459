import type { CreateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import { CreateScheduleCommand, GetScheduleCommand, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { expect, it } from 'vitest';
import { exists, schedule, start } from './support.ts';

type Change = Record<string, unknown>;
const wholeFault = (change: Change, fault: RegExp) => ({ change, target: {}, fault });
const targetFault = (target: Change, fault: RegExp) => ({ change: {}, target, fault });

const faults = [
  wholeFault({ ScheduleExpression: 'at(2026-03-01T12:00:00.5)' }, /Invalid Schedule Expression/),
  wholeFault({ ScheduleExpression: 'at(2026-03-01T12:00:00Z)' }, /Invalid Schedule Expression/),
  wholeFault({ ScheduleExpression: 'at(2026-02-30T12:00:00)' }, /no such time/),
  wholeFault({ ScheduleExpression: 'rate(5 minutes)' }, /only at\(/),
  wholeFault({ ScheduleExpression: undefined }, /ScheduleExpression is missing/),
  wholeFault({ ScheduleExpressionTimezone: 'Mars/Base' }, /not a time zone/),
  wholeFault({ ScheduleExpressionTimezone: '+01:00' }, /not a time zone/),
  wholeFault({ FlexibleTimeWindow: undefined }, /FlexibleTimeWindow is missing/),
  wholeFault({ FlexibleTimeWindow: { Mode: 'SOMETIMES' } }, /Mode must be one of OFF, FLEXIBLE/),
  wholeFault({ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, /MaximumWindowInMinutes/),
  wholeFault({ FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1441 } }, /1 to 1440/),
  wholeFault({ FlexibleTimeWindow: { Mode: 'OFF', MaximumWindowInMinutes: 5 } }, /MaximumWindowInMinutes/),
  wholeFault({ ActionAfterCompletion: 'KEEP' }, /ActionAfterCompletion must be one of NONE, DELETE/),
  wholeFault({ State: 'PAUSED' }, /State must be one of ENABLED, DISABLED/),
  wholeFault({ GroupName: 'a/b' }, /GroupName must be/),
  wholeFault({ Description: 'x'.repeat(513) }, /512/),
  wholeFault({ ClientToken: 'no blanks' }, /ClientToken must be/),
  wholeFault({ Target: undefined }, /Target is missing/),
  targetFault({ Arn: undefined }, /Target.Arn is missing/),
  targetFault({ Arn: 'arn:aws:lambda:us-east-1:000000000000:function:f' }, /sends to nothing else/),
  targetFault({ Arn: 'arn:aws:sqs:us-east-1:000000000000:q.fifo' }, /standard SQS queue/),
  targetFault({ RoleArn: undefined }, /Target.RoleArn is missing/),
  targetFault({ RoleArn: 'admin' }, /role's ARN/),
  targetFault({ Input: 'ü'.repeat(128 * 1024 + 1) }, /256 KB/),
  targetFault({ Input: '' }, /Input must not be empty/),
  targetFault({ RetryPolicy: { MaximumRetryAttempts: 186 } }, /0 to 185/),
  targetFault({ RetryPolicy: { MaximumRetryAttempts: -1 } }, /0 to 185/),
  targetFault({ RetryPolicy: { MaximumEventAgeInSeconds: 59 } }, /60 to 86400/),
  targetFault({ RetryPolicy: { MaximumEventAgeInSeconds: 86_401 } }, /60 to 86400/),
  targetFault({ DeadLetterConfig: { Arn: 'dead' } }, /DeadLetterConfig.Arn must be/),
  targetFault({ SqsParameters: { MessageGroupId: 'g' } }, /unknown members: SqsParameters/),
];
const title = ({ change, target }: (typeof faults)[number]) =>
  JSON.stringify({ ...change, ...target }, (_, value) => value ?? 'left out').slice(0, 80);

it.each(faults.map((fault) => [title(fault), fault] as const))('refuses %s', async (_, fault) => {
  const { client } = await start();
  const whole = schedule('a', {}, fault.target);
  // TypeScript refuses what AWS refuses as well.
  const input = { ...whole, ...fault.change } as CreateScheduleCommandInput;
  const refused = {
    name: 'ValidationException',
    message: expect.stringMatching(fault.fault),
    $metadata: { httpStatusCode: 400 },
  };
  await expect(client.send(new CreateScheduleCommand(input))).rejects.toMatchObject(refused);
  await expect(client.send(new UpdateScheduleCommand(input))).rejects.toMatchObject(refused);
  expect(await exists(client, 'a')).toBe(false);
});

it.each(['x'.repeat(65), 'a b', 'a/b', 'ü', 'a%'])('refuses the name %j', async (Name) => {
  const { client } = await start();
  const refused = { name: 'ValidationException' };
  await expect(
    client.send(new CreateScheduleCommand(schedule(Name, {}, { Input: 'x' }))),
  ).rejects.toMatchObject(refused);
  await expect(client.send(new GetScheduleCommand({ Name }))).rejects.toMatchObject(refused);
});

it('accepts the longest name and the largest input', async () => {
  const { client } = await start();
  const Name = 'x'.repeat(64);
  await client.send(new CreateScheduleCommand(schedule(Name, {}, { Input: 'x'.repeat(256 * 1024) })));
  expect(await exists(client, Name)).toBe(true);
});
