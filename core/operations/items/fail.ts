import type { ItemSummary } from '../../contract/item.ts';
import { reasonText } from '../../contract/reason-text.ts';
import type { Preconditions } from './preconditions.ts';
import { progress } from './progress.ts';

interface FailInput {
  workflow: string;
  item: string;
  only: Preconditions;
  /** What the job printed. */
  output: string;
  type: string | undefined;
  /** The exit code of the job. */
  exit: number | undefined;
}

/** Fails an item with the output of its job as the reason. It throws the problems of `progress`. */
export async function fail(
  service: Parameters<typeof progress>[0],
  { output, type, exit, ...input }: FailInput,
): Promise<ItemSummary> {
  const failed = { reason: reasonText(output, exit), type };
  return progress(service, { ...input, request: { failed }, data: undefined });
}
