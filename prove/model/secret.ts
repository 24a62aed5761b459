import type { Broken, Evidence } from './evidence.ts';

/** In the data of items, and nowhere else. */
const kept = /data-\d+-kept/;

/** P9: no data in logs, notifications and item events. */
export function secret({ ledger }: Evidence): Broken[] {
  const told = ledger.published.flatMap(({ topic, message }) =>
    topic === 'upstream' ? [] : [JSON.stringify(message)],
  );
  return [...ledger.logged, ...told].flatMap((line) =>
    kept.test(line) ? [{ promise: 'P9', kind: 'wrong' as const, text: `data in ${line}` }] : [],
  );
}
