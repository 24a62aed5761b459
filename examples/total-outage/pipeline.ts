/**
 * Accepts orders by POST /orders [order …]: stores and queues them, and registers them with the warden, with all their
 * data. POST /pack {most} packs the next orders in the queue and completes them. POST /resume accepts the warden's
 * redrive messages, which contain everything that the pipeline needs to know of an order.
 * Usage: node pipeline.ts <URL of the warden> <file of the database> <seconds in which an order must be packed>
 */
import { listen } from '../support/json-server.ts';
import { say } from '../support/stage.ts';
import { type RedriveMessage, WardenClient } from '../support/warden-client.ts';
import type { Order } from './made-up-orders.ts';
import { OrderDatabase } from './order-database.ts';

const [wardenUrl = '', file = '', seconds = ''] = process.argv.slice(2);
const warden = new WardenClient(wardenUrl, 'orders');
const database = new OrderDatabase(file);
const timeout = Number(seconds);

const actions: Record<string, (body: unknown) => Promise<void>> = {
  '/orders': async (body) => {
    const orders = body as Order[];
    for (const order of orders) database.add(order);
    await warden.batch(orders.map((data) => ({ op: 'register', item: data.id, timeout, data })));
  },
  '/pack': async (body) => {
    const ids = database.queued((body as { most: number }).most);
    if (ids.length > 0) await warden.batch(ids.map((item) => ({ op: 'complete', item })));
    for (const id of ids) database.unqueue(id);
  },
  '/resume': async (body) => database.add((body as RedriveMessage<Order>).data),
};

const { url } = await listen((body, path) => actions[path]?.(body));
say(`The pipeline listens on ${url}`);
