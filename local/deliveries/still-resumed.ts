import * as z from 'zod/mini';
import type { Ports } from '../../core/ports.ts';

const Resumed = z.object({ workflow: z.string(), item: z.string(), attempt: z.number() });

/**
 * Whether the item of a redrive message is still in the attempt that the message is about. A message that has waited
 * for its receiver may be of an item that was completed, discarded or started again meanwhile.
 */
export async function isStillResumed({ items }: Pick<Ports, 'items'>, body: string): Promise<boolean> {
  const { workflow, item, attempt } = z.parse(Resumed, JSON.parse(body));
  const now = await items.readOpen(workflow, item);
  return now !== undefined && now.attempt === attempt;
}
