/**
 * Do upstreams that never answer hold up the others? Resumes 300 items over the local service twice: when every upstream
 * answers, and when the receiver leaves 20 of the items without an answer. Prints the time until all others are
 * delivered, and its ratio to the time without them. Exits with 1 if that is above 1.2.
 * Run: npm run bench:hanging-upstreams
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Laptop } from '../test/e2e/support/laptop-without-vitest.ts';
import { until } from '../test/e2e/support/until.ts';

const items = 300;
const hanging = 20;
const rate = 50;
const mostRatio = 1.2;
const print = (line: string) => process.stdout.write(`${line}\n`);

/** Seconds from the start of a redrive until every item that is answered was delivered. */
async function deliveredAfter(laptop: Laptop, unanswered: number): Promise<number> {
  const delivered = new Set<string>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { item } = JSON.parse(Buffer.concat(chunks).toString());
    // Spread over all items, so that they would hold up the others at any place in a queue.
    const index = Number(item.slice('item-'.length));
    if (unanswered > 0 && index % (items / unanswered) === 0) return;
    delivered.add(item);
    response.writeHead(200).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  laptop.atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const local = await laptop.start({ data: laptop.folder(), args: ['--redrive-webhook', url] });
  for (let first = 0; first < items; first += 100) {
    const operations = Array.from({ length: 100 }, (_, index) => [
      { op: 'register', item: `item-${first + index}`, timeout: 3600 },
      { op: 'progress', item: `item-${first + index}`, failed: { reason: 'the upstream was restarted' } },
    ]).flat();
    for (const half of [operations.slice(0, 100), operations.slice(100)]) {
      await local.caller.request('POST', '/v1/workflows/orders/batch', { operations: half });
    }
  }
  const started = performance.now();
  await local.caller.request('POST', '/v1/workflows/orders/redrives', { rate });
  await until('delivery of all others', 120_000, () => delivered.size === items - unanswered);
  const took = (performance.now() - started) / 1_000;
  await local.process.stop('SIGTERM');
  return took;
}

const laptop = new Laptop('sources');
try {
  const without = await deliveredAfter(laptop, 0);
  const withThem = await deliveredAfter(laptop, hanging);
  const ratio = withThem / without;
  print(`${items} items at ${rate}/s, every upstream answers: ${without.toFixed(2)} s`);
  print(`${hanging} of them are never answered, the others after: ${withThem.toFixed(2)} s`);
  print(`ratio ${ratio.toFixed(2)}, at most ${mostRatio} is allowed`);
  if (ratio > mostRatio) process.exitCode = 1;
} finally {
  await laptop.end();
}
