/** The account and region in every ARN of the emulator, the same as in the embedded SQS and SNS. */
export const account = '000000000000';
export const region = 'us-east-1';

/** The group that always exists, and the default of requests that name no group. */
export const defaultGroup = 'default';

export function scheduleArn(group: string, name: string): string {
  return `arn:aws:scheduler:${region}:${account}:schedule/${group}/${name}`;
}

export function groupArn(group: string): string {
  return `arn:aws:scheduler:${region}:${account}:schedule-group/${group}`;
}
