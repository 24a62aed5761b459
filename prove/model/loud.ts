import type { Broken, Evidence } from './evidence.ts';

/** P7: nothing fails by itself. What fails says so, and can be sent again. */
export function loud({ ledger }: Evidence): Broken[] {
  const replies = ledger.asked.flatMap(({ number, request, reply, isFaulted }) => {
    const isUnasked = !isFaulted && (reply === undefined || reply.status >= 500);
    const text = `request ${number} (${request.ask}): ${reply ? `${reply.status} ${JSON.stringify(reply.json)}` : 'no reply'}`;
    return isUnasked ? [{ promise: 'P7', kind: 'wrong' as const, text }] : [];
  });
  const runs = ledger.ran.flatMap(({ name, isWhole, isFaulted, error }) => {
    const text = `${name} failed by itself: ${error instanceof Error ? error.stack : String(error)}`;
    return isWhole || isFaulted ? [] : [{ promise: 'P7', kind: 'wrong' as const, text }];
  });
  return [...replies, ...runs];
}
