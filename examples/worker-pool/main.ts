/**
 * A pool is configured with 1 worker instead of 10. Every job succeeds, but the queue grows. Each job has an hour, and
 * must start within three seconds. People are therefore notified long before the hour is over.
 * Run: npm run example -- worker-pool
 */
import assert from 'node:assert/strict';
import { LocalWarden } from '../support/local-warden.ts';
import { perform, say } from '../support/stage.ts';
import { WardenClient } from '../support/warden-client.ts';
import { WorkerPool } from './worker-pool.ts';

const jobs = Array.from({ length: 40 }, (_, n) => `invoice-${n}`);

await perform(async (stage) => {
  const service = await LocalWarden.start(stage);
  const warden = new WardenClient(service.url, 'invoices');
  const pool = new WorkerPool(warden);
  await warden.batch(jobs.map((item) => ({ op: 'register', item, timeout: 'PT1H', startBy: 3 })));
  pool.queue.push(...jobs);
  const misconfigured = pool.work(1);
  stage.atEnd(() => {
    pool.queue.length = 0;
    return misconfigured;
  });
  say(`${jobs.length} invoices are queued for a pool of 1 worker. It should have 10. No job fails.`);
  say('An invoice has an hour, but its work must start within 3 seconds. The warden says:');
  const { kind, counts: told } = await service.show('opened');
  assert.equal(kind, 'not-started');
  const { notStarted = 0 } = told;
  assert.ok(notStarted > 0);
  const { 'on-time': onTime, recovered } = pool.outcomes;
  say(`${onTime + recovered} invoices were done by then, ${pool.queue.length} are still in the queue.`);

  say(
    'Nothing needs to be resumed: all of them are in the queue. The configuration is corrected: 10 workers.',
  );
  await Promise.all([misconfigured, pool.work(9)]);
  const { waiting, overdue } = await warden.counts();
  const ended = pool.outcomes;
  say(
    `All ${jobs.length} invoices are done, ${ended['on-time']} started in time and ${ended.recovered} later: ` +
      `${waiting} waiting, ${overdue} overdue.`,
  );
  assert.equal(ended['on-time'] + ended.recovered, jobs.length);
  assert.deepEqual([waiting, overdue], [0, 0]);
});
