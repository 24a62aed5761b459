import type { Faults } from './faults.ts';

/** The calls of some work in turn, and the input of each. */
export type Calls = Pick<Faults, 'calls' | 'inputs'>;

export function isRead(call: string): boolean {
  return /^(Get|BatchGet|Query)/.test(call);
}

/**
 * Whether this is a read of the same kind as the call before it. One of such reads in a row, for example of the shards
 * of an index, represents all of them: the state is the same at each.
 */
export function isRepeatedRead({ calls, inputs }: Calls, at: number): boolean {
  const [call = '', before = ''] = [calls[at], calls[at - 1]];
  return isRead(call) && sortOf(call, inputs[at]) === sortOf(before, inputs[at - 1]);
}

function sortOf(call: string, input: unknown): string {
  const { TableName, IndexName, Select } = (input ?? {}) as Record<string, string | undefined>;
  return [call, TableName, IndexName, Select].join();
}
