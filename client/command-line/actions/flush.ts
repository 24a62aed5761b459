import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { writeJson, writeLine } from '../output.ts';
import { sendFor } from '../send-kept.ts';

/** Sends the operations that are kept in the spool. Throws a WardenError if the warden cannot be reached. */
export async function flush(context: Context): Promise<void> {
  const spool = await context.spool();
  if (spool === undefined) return context.exitWith(exitCodes.failed);
  const delivery = await spool.deliver(sendFor(await context.client(), context.signal));
  for (const { workflow, operation, result } of delivery.refused) {
    context.warn(
      `${workflow} ${operation.item}: ${operation.op} was refused: ${'detail' in result ? result.detail : ''}`,
    );
  }
  const { delivered, overdue, left, error, isBusy } = delivery;
  for (const { workflow, item } of overdue) {
    context.warn(`${workflow} ${item}: it was registered after its deadline`);
  }
  if (error !== undefined) throw error;
  const refused = delivery.refused.length;
  if (isBusy) context.warn('another process is sending now');
  if (context.json) await writeJson(context.stdout, { delivered, refused, overdue: overdue.length, left });
  else await writeLine(context.stdout, `${delivered} sent, ${refused} refused, ${left} kept`);
  if (refused > 0 || left > 0) context.exitWith(exitCodes.failed);
}
