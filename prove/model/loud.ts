import type { Asked } from '../ledger.ts';
import type { Broken, Evidence } from './evidence.ts';

/** P7: nothing fails without a cause. A request that fails says so, and can be sent again. */
export function loud({ ledger }: Evidence): Broken[] {
  // SNS refuses messages, or a record cannot be read: requests that need them cannot succeed.
  const isDisturbed = ledger.damaged.length > 0 || ledger.faults.has('message refused');
  const replies = ledger.asked.flatMap((one): Broken[] => {
    const { number, request, reply, isFaulted } = one;
    // The sender of a message gets no reply of the function.
    if (isFaulted || isDisturbed || request.ask === 'ingest' || (reply && reply.status < 500)) return [];
    if (ledger.asked.some((other) => isContended(one, other))) return [];
    const said = reply ? `${reply.status} ${JSON.stringify(reply.json)}` : 'no reply';
    return [{ promise: 'P7', kind: 'wrong', text: `request ${number} (${request.ask}): ${said}` }];
  });
  const runs = ledger.ran.flatMap(({ name, isWhole, isFaulted, error }): Broken[] => {
    if (isWhole || isFaulted || isDisturbed) return [];
    return [{ promise: 'P7', kind: 'wrong', text: `${name} failed by itself: ${shown(error)}` }];
  });
  return [...replies, ...runs];
}

/** Of two changes of the settings at the same time one is to be repeated, so that neither is lost. */
function isContended(one: Asked, other: Asked): boolean {
  const isChange = one.request.ask === 'change settings' && 'settings' in other.request && one !== other;
  const isSameTime = other.at <= one.end && other.end >= one.at;
  return (
    isChange && one.reply?.status === 503 && isSameTime && one.request.workflow === other.request.workflow
  );
}

function shown(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(shown).join('; ');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
