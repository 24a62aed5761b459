import type { Broken, Evidence } from './evidence.ts';

/** In the data of items, and nowhere else. */
const kept = /data-\d+-kept/;
/** A token with its secret. */
const tokens = /pw_\w{12}_/;
/** In what people write. They may stand in notifications, not in logs. */
const reasons = /the reason of a (failure|silence)/;

/** P9: no data and no tokens in logs, notifications and item events, and no reasons in logs. */
export function secret({ ledger }: Evidence): Broken[] {
  const told = ledger.published.flatMap(({ topic, message }) =>
    topic === 'upstream' ? [] : [JSON.stringify(message)],
  );
  const lines = [
    ...ledger.logged.filter((line) => kept.test(line) || reasons.test(line) || tokens.test(line)),
    ...told.filter((line) => kept.test(line) || tokens.test(line)),
  ];
  return lines.map((line) => ({ promise: 'P9', kind: 'wrong', text: `private: ${line}` }));
}
