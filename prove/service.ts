import { createLog } from '../core/log.ts';
import { ensureSubscription } from '../local/deliveries/delivery-queue.ts';
import { connectMemory, type MemoryService } from './memory/connect-memory.ts';

/** The queue of the upstream service: without one, nothing would be resumed. */
const upstreamQueue = 'upstream';

/** AWS in memory, with everything that the stack has. Each history empties it. */
export async function startService(): Promise<MemoryService> {
  const service = await connectMemory({ clock: { now: () => 0 }, log: createLog(() => {}) });
  await ensureSubscription({ ...service, topicArn: service.redriveTopicArn, queueName: upstreamQueue });
  return service;
}
