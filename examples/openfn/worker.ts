import type { WardenClient } from '../support/warden-client.ts';
import type { FakeLightning } from './fake-lightning.ts';

/**
 * Runs what is pending, as OpenFn's workers do. The last step of each workflow completes the item of the ingress.
 *
 * @param diesAt a worker takes this order and is killed, so that its run stays as it is
 */
export async function work(openfn: FakeLightning, orders: WardenClient, diesAt?: string): Promise<void> {
  for (const { id, state, body, headers } of openfn.workOrders.values()) {
    if (state !== 'pending') continue;
    openfn.change(id, 'running');
    if ((body as { order: string }).order === diesAt) continue;
    await orders.complete(decodeURIComponent(String(headers['x-warden-item'])));
    openfn.change(id, 'success');
  }
}
