import { AwsError } from '../aws-error.ts';
import type { MessageAttributes } from '../queues/digests.ts';

/** The texts that each attribute may have. */
export type FilterPolicy = Record<string, string[]>;

/** Throws for anything but lists of texts: the warden's documents use nothing else. */
export function checkFilterPolicy(text: string): FilterPolicy {
  const policy: unknown = JSON.parse(text);
  const lists = Object.values(policy as Record<string, unknown>);
  if (!lists.every((list) => Array.isArray(list) && list.every((one) => typeof one === 'string'))) {
    throw new AwsError('InvalidParameter', 'Filter policies in memory are lists of texts');
  }
  return policy as FilterPolicy;
}

/** Whether each attribute of the policy has a text that the policy allows. A list of texts needs one such text. */
export function matchesPolicy(policy: FilterPolicy, attributes: MessageAttributes): boolean {
  return Object.entries(policy).every(([name, allowed]) => {
    const { DataType, StringValue = '' } = attributes[name] ?? {};
    const values = DataType === 'String.Array' ? (JSON.parse(StringValue) as unknown[]) : [StringValue];
    return DataType !== undefined && values.some((value) => allowed.includes(String(value)));
  });
}
