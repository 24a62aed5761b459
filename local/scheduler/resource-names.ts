/** The account and region that every ARN of the emulator names; the same as the embedded SQS and SNS use. */
export const account = '000000000000';
export const region = 'us-east-1';

/** The group that always exists and is meant where a request names none. */
export const defaultGroup = 'default';

export function scheduleArn(group: string, name: string): string {
  return `arn:aws:scheduler:${region}:${account}:schedule/${group}/${name}`;
}

export function groupArn(group: string): string {
  return `arn:aws:scheduler:${region}:${account}:schedule-group/${group}`;
}
