import type { Broken, Evidence } from './evidence.ts';

/** P7: nothing fails by itself. What fails says so, and can be sent again. */
export function loud({ ledger }: Evidence): Broken[] {
  // SNS refuses messages, or a record cannot be read: what needs them cannot succeed.
  const isDisturbed = ledger.damaged.length > 0 || ledger.faults.has('message refused');
  const replies = ledger.asked.flatMap(({ number, request, reply, isFaulted }): Broken[] => {
    if (isFaulted || isDisturbed || (reply && reply.status < 500)) return [];
    const said = reply ? `${reply.status} ${JSON.stringify(reply.json)}` : 'no reply';
    return [{ promise: 'P7', kind: 'wrong', text: `request ${number} (${request.ask}): ${said}` }];
  });
  const runs = ledger.ran.flatMap(({ name, isWhole, isFaulted, error }): Broken[] => {
    if (isWhole || isFaulted || isDisturbed) return [];
    return [{ promise: 'P7', kind: 'wrong', text: `${name} failed by itself: ${shown(error)}` }];
  });
  return [...replies, ...runs];
}

function shown(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(shown).join('; ');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
