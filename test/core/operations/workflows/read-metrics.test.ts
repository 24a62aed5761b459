import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricsText } from '../../../../core/model/workflow/metrics-text.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

/** The line grammar of Prometheus' text format 0.0.4. */
const comment = /^# (HELP [a-z_]+ .+|TYPE [a-z_]+ (gauge|counter))$/;
const sample = /^[a-z_]+(\{([a-z]+="([^"\\\n]|\\["\\n])*",?)+\})? -?[0-9.]+$/;

test('metrics have items by state, incidents, attempts of the day and the sweep, in the format of Prometheus', async () => {
  const workflow = warden.newWorkflow();
  await warden.request('PUT', `/v1/workflows/${workflow}`, { body: { timeout: 60 } });
  for (const item of ['done', 'lost', 'waiting']) {
    await warden.register(workflow, item, { timeout: item === 'waiting' ? 86_400 : 60 });
  }
  await warden.complete(workflow, 'done');
  const lostAt = warden.clock.now();
  await warden.pass(120_000);
  await warden.sweep();
  await warden.aws.service.statistics.flush();
  const { status, headers, text } = await warden.request('GET', '/v1/metrics');
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = text.split('\n');
  expect(lines.pop()).toBe('');
  for (const line of lines) expect(line).toMatch(line.startsWith('#') ? comment : sample);
  const of = (labels: string) => lines.filter((line) => line.includes(`{workflow="${workflow}"${labels}`));
  expect(of(',state')).toEqual([
    `process_warden_items{workflow="${workflow}",state="waiting"} 1`,
    `process_warden_items{workflow="${workflow}",state="overdue"} 1`,
    `process_warden_items{workflow="${workflow}",state="failed"} 0`,
  ]);
  expect(of(',kind')).toEqual([`process_warden_open_incidents{workflow="${workflow}",kind="overdue"} 1`]);
  expect(of(',event="started"')).toEqual([
    `process_warden_attempts_total{workflow="${workflow}",event="started"} 3`,
  ]);
  expect(of(',event="onTime"')[0]).toMatch(/ 1$/);
  expect(of('}')).toEqual([
    `process_warden_oldest_breached_timestamp_seconds{workflow="${workflow}"} ${lostAt / 1000}`,
  ]);
  expect(lines).toContain(`process_warden_last_sweep_timestamp_seconds ${warden.clock.now() / 1000}`);
});

test('a label is escaped as Prometheus demands', () => {
  const samples = [{ labels: { workflow: 'a"b\\c\nd' }, value: 1 }];
  expect(metricsText([{ name: 'x', help: 'One.', type: 'gauge', samples }])).toBe(
    '# HELP x One.\n# TYPE x gauge\nx{workflow="a\\"b\\\\c\\nd"} 1\n',
  );
});
