import * as z from 'zod/mini';
import { noteDelivery } from '../../core/operations/redrives/note-delivery.ts';
import type { Ports } from '../../core/ports.ts';

const Resumed = z.object({ workflow: z.string(), item: z.string(), attempt: z.number() });

/**
 * What is to be done when the upstream service has accepted a redrive message, given as JSON text. Undefined if the item is
 * no longer in the attempt that the message is about: a message that has waited for its receiver may be of an item that was
 * completed, discarded or started again meanwhile.
 */
export async function beginDelivery(
  service: Pick<Ports, 'items' | 'clock'>,
  body: string,
): Promise<(() => Promise<void>) | undefined> {
  const { workflow, item, attempt } = z.parse(Resumed, JSON.parse(body));
  const seen = await service.items.readOpen(workflow, item);
  return seen?.attempt === attempt ? () => noteDelivery(service, seen) : undefined;
}
