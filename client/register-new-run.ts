import type { ItemReply } from './single-call.ts';
import type { ItemOperation } from './spool/spool.ts';
import { wardenErrorOf } from './warden-error.ts';

/** The registration of an item, as a batch has it. */
type Registration = Extract<ItemOperation, { op: 'register' }>;

/**
 * Registers a run that nobody has registered before. A request can arrive long after its caller has given it up, when
 * its repeat has been carried out and the work has failed. With `restart` it would hide that failure behind an attempt
 * that nobody makes. So `restart` is sent only if the warden says that another run is waiting; an item that is overdue
 * or has failed in another run starts its next attempt without it.
 */
export async function registerNewRun(
  registration: Registration,
  send: (sent: Registration) => Promise<ItemReply>,
): Promise<ItemReply> {
  const { restart, ...first } = registration;
  if (!restart) return send(registration);
  try {
    return await send(first);
  } catch (error) {
    if (wardenErrorOf(error).code !== 'other-run-waiting') throw error;
    return send(registration);
  }
}
