import { createLog } from '../../core/log.ts';
import { mostNotifications } from '../../core/model/warden/notification-budget.ts';
import { progress } from '../../core/operations/items/progress.ts';
import { register } from '../../core/operations/items/register.ts';
import { create as createSweep } from '../../functions/sweep.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws.ts';
import { broken, type Part } from '../harness/part.ts';

const minuteMs = 60_000;
const fourMinutesMs = 4 * minuteMs;
const victim = { workflow: 'victim', item: 'lost' };

/**
 * How long a lost timer is overlooked while thousands of other workflows have an open incident. A sweep runs every
 * minute, and the clock advances by the time that the work takes.
 */
export const openIncidentsPart: Part = {
  seconds: { quick: 20, usual: 120, full: 120 },
  async measure(size, say) {
    const workflows = size === 'quick' ? 100 : 3_000;
    let skippedMs = 0;
    const clock = { now: () => Date.now() + skippedMs };
    let unfinished = 0;
    const log = createLog((line) => {
      if (line.includes('"SweepUnfinished":1')) unfinished++;
    });
    const aws = await startEmbeddedAws({ clock, log, workflowLimit: 2 * workflows });
    try {
      const sent = watchNotifications(aws, clock);
      await openIncidents(aws, workflows);
      say(`${workflows} workflows with an open incident`);
      const deadline = await loseTimer(aws);

      const sweep = createSweep(aws.service);
      const sweepsMs: number[] = [];
      let foundMs = Number.NaN;
      while (Number.isNaN(foundMs) && clock.now() < deadline + 2 * fourMinutesMs) {
        const started = clock.now();
        await sweep();
        const took = clock.now() - started;
        sweepsMs.push(took);
        say(`a sweep of ${(took / 1_000).toFixed(1)} s`);
        const item = await aws.service.items.readOpen(victim.workflow, victim.item);
        if (item?.overdueAt !== undefined) foundMs = Date.parse(item.overdueAt) - deadline;
        skippedMs += Math.max(0, minuteMs - took);
      }
      const [inSecond, inMinute] = [mostIn(sent, 1_000), mostIn(sent, minuteMs)];
      return {
        columns: ['open incidents', `in ${workflows} workflows`],
        rows: [
          ['sweeps until the lost timer was found', sweepsMs.length],
          ['of these not all the way round', unfinished],
          ['the longest sweep, s', Math.max(...sweepsMs) / 1_000],
          ['notifications that people received', sent.length],
          ['in a second, at most', inSecond],
          ['in a minute, at most', inMinute],
          ['the lost timer was found after the deadline, s', Math.round(foundMs / 1_000)],
        ],
        broken: broken(
          [!(foundMs <= fourMinutesMs), 'the lost timer was not found within four minutes'],
          [inSecond > mostNotifications.perSecond, `${inSecond} notifications in a second`],
          [inMinute > mostNotifications.perMinute, `${inMinute} notifications in a minute`],
        ),
      };
    } finally {
      await aws.close();
    }
  },
};

/** When notifications were published, from now on. */
function watchNotifications({ service }: EmbeddedAws, clock: { now: () => number }): number[] {
  const sent: number[] = [];
  const { publish } = service.notifications;
  service.notifications.publish = (...message) => {
    sent.push(clock.now());
    return publish.apply(service.notifications, message);
  };
  return sent;
}

async function openIncidents({ service }: EmbeddedAws, workflows: number): Promise<void> {
  for (let index = 0; index < workflows; index++) {
    const input = { workflow: `open-${index}`, item: 'one', data: undefined };
    await register(service, { ...input, request: { timeout: 86_400 } });
    const request = { failed: { reason: 'the disk is full' } };
    await progress(service, { ...input, only: {}, request });
  }
}

/** Registers an item whose timer is lost; returns its deadline. */
async function loseTimer({ service }: EmbeddedAws): Promise<number> {
  await register(service, { ...victim, request: { timeout: 60 }, data: undefined });
  const registered = await service.items.readOpen(victim.workflow, victim.item);
  if (registered) await service.timers.disarm(registered.timer);
  return Date.parse(registered?.deadline ?? '');
}

/** The most of these times in any span of this length. */
function mostIn(times: readonly number[], ms: number): number {
  return Math.max(0, ...times.map((at) => times.filter((other) => other >= at && other < at + ms).length));
}
