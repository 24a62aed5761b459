import * as z from 'zod/mini';
import { noteDelivery } from '../../core/operations/redrives/note-delivery.ts';
import type { Ports } from '../../core/ports.ts';

const Delivered = z.object({ workflow: z.string(), item: z.string(), attempt: z.number() });

/** Records that the upstream service has accepted a redrive message, given as JSON text. */
export async function noteTaken(service: Pick<Ports, 'items' | 'clock'>, body: string): Promise<void> {
  await noteDelivery(service, z.parse(Delivered, JSON.parse(body)));
}
