/**
 * Accepts orders by POST /orders {order, customer}, and registers them with the warden by way of an outbox.
 * Usage: node order-server.ts <URL of the warden> <database> [number of orders after which it is killed]
 *
 * With the number, the process is killed between the commit of that order and any call of the warden.
 */
import { listen } from '../support/json-server.ts';
import { say } from '../support/stage.ts';
import { OrderStore } from './order-store.ts';
import { relay } from './relay.ts';

const [wardenUrl = '', file = '', killedAfter] = process.argv.slice(2);
const store = new OrderStore(file);

const { url } = await listen((body) => {
  const { order, customer } = body as { order: string; customer: string };
  store.place(order, customer);
  if (store.orders().length === Number(killedAfter)) process.kill(process.pid, 'SIGKILL');
});
say(`The order server listens on ${url}`);
if (killedAfter === undefined) await relay(store, wardenUrl, new AbortController().signal);
