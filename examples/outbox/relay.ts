import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderStore, OutboxRow } from './order-store.ts';

interface Result {
  status: number;
  code?: string;
  detail?: string;
}

/** Registers what is in the outbox, again and again. A repeated registration changes nothing. */
export async function relay(store: OrderStore, wardenUrl: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const rows = store.unregistered(100);
    const isProgress = rows.length > 0 && (await registerBatch(store, wardenUrl, rows));
    if (!isProgress) await sleep(200, undefined, { signal }).catch(() => {});
  }
}

/** False if every row stays in the outbox. */
async function registerBatch(
  store: OrderStore,
  wardenUrl: string,
  rows: readonly OutboxRow[],
): Promise<boolean> {
  const results = await send(wardenUrl, rows);
  let isProgress = false;
  for (const [index, { status, code, detail = '' }] of results.entries()) {
    const { id = 0 } = rows[index] ?? {};
    // An invalid registration stays invalid. Everything else can succeed later: an administrator can raise a limit.
    const isInvalid = [400, 409, 413, 422].includes(status) && code !== 'too-many-workflows';
    if (status < 300) store.registered(id);
    else if (isInvalid) store.refused(id, detail);
    isProgress ||= status < 300 || isInvalid;
  }
  return isProgress;
}

/** The results in the order of the rows; none if the warden cannot be reached or does not accept the batch. */
async function send(wardenUrl: string, rows: readonly OutboxRow[]): Promise<Result[]> {
  const operations = rows.map(({ item, body, at }) => ({
    op: 'register',
    item,
    ...JSON.parse(body),
    // The deadline counts from the commit, not from when the warden could be reached.
    age: Math.max(0, (Date.now() - at) / 1000),
  }));
  try {
    const response = await fetch(`${wardenUrl}/v1/workflows/orders/batch`, {
      method: 'POST',
      body: JSON.stringify({ operations }),
      signal: AbortSignal.timeout(10_000),
    });
    // A batch in which everything failed is answered 400 or 503, with its results.
    const { results = [] } = (await response.json()) as { results?: Result[] };
    return results;
  } catch {
    // The rows stay in the outbox.
    return [];
  }
}
