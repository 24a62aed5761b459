import pLimit from 'p-limit';
import { covers } from '../../contract/granted.ts';
import { errorFields } from '../../log.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { type Metric, metricsText, type Sample } from '../../model/workflow/metrics-text.ts';
import { beginOf, countNames, type Period, periodMs } from '../../model/workflow/statistics.ts';
import type { Ports } from '../../ports.ts';
import { listWorkflows } from './list-workflows.ts';

type Service = Pick<Ports, 'items' | 'registry' | 'incidents' | 'statistics' | 'state' | 'clock' | 'log'>;

/** Workflows in one reply: Lambda returns at most 6 MB. */
const mostWorkflows = 2_000;
/** How many workflows' statistics are read at the same time. */
const parallel = 16;

/**
 * The metrics of the workflows that `visible` covers, for Prometheus: items by state, open incidents, and the attempts
 * of this UTC day as counters. The counters begin again at midnight, as the counters of a restarted process do.
 */
export async function readMetrics(service: Service, visible: readonly string[]): Promise<string> {
  const { workflows, more } = await allWorkflows(service, visible);
  const [today, open, heartbeat] = await Promise.all([
    pLimit(parallel).map(workflows, async ({ workflow }) => ({
      workflow,
      counts: (await periodOfToday(service, workflow))?.counts,
    })),
    openIncidents(service, visible),
    service.state.heartbeat(),
  ]);
  const states = ['waiting', 'overdue', 'failed'] as const;
  const metrics: Metric[] = [
    gauge(
      'items',
      'Items that are not completed, by state. Counting stops at 10000.',
      workflows.flatMap(({ workflow, counts }) =>
        states.map((state) => ({ labels: { workflow, state }, value: counts?.[state] ?? 0 })),
      ),
    ),
    gauge(
      'oldest_breached_timestamp_seconds',
      'When the oldest overdue or failed item was registered.',
      workflows.flatMap(({ workflow, oldestBreached }) =>
        oldestBreached === undefined ? [] : [{ labels: { workflow }, value: seconds(oldestBreached) }],
      ),
    ),
    gauge(
      'open_incidents',
      'Open incidents, by kind.',
      open.map(({ workflow, incidentKind: kind }) => ({ labels: { workflow, kind }, value: 1 })),
    ),
    {
      name: 'process_warden_attempts_total',
      help: 'What happened to attempts since the beginning of the UTC day.',
      type: 'counter',
      samples: today.flatMap(({ workflow, counts }) =>
        countNames.map((name) => ({ labels: { workflow, event: name }, value: counts?.[name] ?? 0 })),
      ),
    },
    gauge(
      'last_sweep_timestamp_seconds',
      'When the sweep, which finds lost timers, last ran.',
      heartbeat?.sweptAt === undefined ? [] : [{ labels: {}, value: seconds(heartbeat.sweptAt) }],
    ),
    gauge('workflows_left_out', `Whether there are more than ${mostWorkflows} workflows.`, [
      { labels: {}, value: more ? 1 : 0 },
    ]),
  ];
  return metricsText(metrics);
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name: `process_warden_${name}`, help, type: 'gauge', samples };
}

async function allWorkflows(service: Service, visible: readonly string[]) {
  const { workflows, cursor } = await listWorkflows(service, {
    query: { limit: String(mostWorkflows) },
    visible,
  });
  return { workflows, more: cursor !== undefined };
}

async function periodOfToday(
  { statistics, clock, log }: Service,
  workflow: string,
): Promise<Period | undefined> {
  const from = beginOf(clock.now(), 'day');
  const [period] = await statistics.read(workflow, 'day', { from, to: from + periodMs.day - 1 });
  if (period === undefined || !('error' in period)) return period;
  log.error('record cannot be read', { workflow, ...errorFields(period.error) });
  return undefined;
}

async function openIncidents(
  { incidents, log }: Service,
  visible: readonly string[],
): Promise<IncidentRecord[]> {
  const open: IncidentRecord[] = [];
  for await (const incident of incidents.open.all()) {
    if ('error' in incident) {
      log.error('record cannot be read', { incident: incident.name, ...errorFields(incident.error) });
    } else if (covers(visible, incident.workflow)) open.push(incident);
  }
  return open;
}

function seconds(at: string): number {
  return Date.parse(at) / 1000;
}
