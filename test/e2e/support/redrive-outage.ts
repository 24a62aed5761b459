import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { memberText } from '../../../core/json-text.ts';
import { KilledService } from './killed-service.ts';
import type { Laptop } from './laptop-without-vitest.ts';
import {
  faultsAfterwards,
  isLost,
  isSameData,
  itemName,
  type OutageItems,
  registerAll,
} from './outage-items.ts';
import { pauseFaults, progressFaults, RedriveProgress } from './redrive-progress.ts';
import { until } from './until.ts';
import { Upstream } from './upstream.ts';

const workflow = 'scans';
const path = `/v1/workflows/${workflow}/redrives`;
/** Milliseconds for each part of it, which only has to come to an end. */
const patience = 600_000;
/** Milliseconds of a pause: the runner looks for work several times in it. */
const pauseMs = 2_500;

export interface RedriveOutageOptions extends Omit<OutageItems, 'workflow'> {
  /** Items a second that are asked for. */
  rate: number;
  /** Called with the progress, a line each. */
  say?: (line: string) => void;
}

export interface RedriveOutage {
  /** What the dry run counted. */
  planned: number;
  /** Of the progress that was told: what does not add up. */
  progressFaults: string[];
  readings: number;
  /** Of the pause. */
  pauseFaults: string[];
  /** At the end. */
  resumed: number;
  /** Items that the upstream got, each at least once; those it got more than once; all that it got. */
  taken: number;
  doubled: number;
  deliveries: number;
  /** Of what the upstream got. */
  deliveryFaults: string[];
  /** Of the items themselves, afterwards. */
  itemFaults: string[];
  notifications: number;
  complaints: string;
  /** Seconds: of the registrations; until all were overdue; of a start after the kill; of the redrive's parts. */
  seconds: { register: number; overdue: number; restart: number; redriving: number; export: number };
  /** Items resumed a second while it was neither paused nor killed, by what it said; and as the upstream got them. */
  resumedPerSecond: number;
  takenPerSecond: number;
  /** Milliseconds of the service's processor time for each item that was resumed and delivered, until the kill. */
  processorMs: number | undefined;
  /** Resident megabytes of the service at most: until the kill and after it. Undefined where there is no /proc. */
  residentMb: (number | undefined)[];
}

/**
 * An outage and what is done about it: items are registered by batch, some of them go overdue, and all those are resumed
 * with a pause after a third and a kill -9 of the service after two. All over HTTP, with a service of its own.
 */
export async function redriveOutage(laptop: Laptop, options: RedriveOutageOptions): Promise<RedriveOutage> {
  const { lost, rate, say = () => {} } = options;
  const all: OutageItems = { workflow, ...options };
  const upstream = await Upstream.start(laptop);
  const service = await KilledService.start(laptop, ['--redrive-webhook', upstream.url], patience);
  const { caller } = service.local;
  const clock = stopwatch();

  await registerAll(caller, all);
  const register = clock();
  say(`registered in ${register.toFixed(1)} s`);
  const dryRun = async () =>
    (await caller.request('POST', path, { dryRun: true, rate })).json.count as number;
  let planned = 0;
  await until('overdue items', patience, async () => {
    planned = await dryRun();
    say(`${planned} overdue`);
    // It counts them one by one, which takes from the service the time to find more.
    if (planned < lost) await sleep(Math.max(500, options.items / 30));
    return planned >= lost;
  });
  const overdue = clock();

  const before = processorSeconds(service.local.process.pid);
  const started = await caller.request('POST', path, { rate, timeout: 86_400 });
  const one = `${path}/${started.json.id}`;
  const progress = new RedriveProgress(laptop.caller(service.local.url), one);
  progress.start();
  const reaches = (resumed: number) =>
    until(`${resumed} resumed`, patience, () => (progress.last?.resumed ?? 0) >= resumed);

  await reaches(lost / 3);
  const paused = await caller.request('PATCH', one, { action: 'pause' });
  // Nothing tells when a pause has come to nothing more than its last page: the runner has several times to show it.
  await sleep(pauseMs);
  await until('delivery of what was resumed and nothing else', 60_000, () => {
    return upstream.taken.size === progress.last?.resumed;
  });
  say(`paused with ${upstream.taken.size} taken`);
  await caller.request('PATCH', one, { action: 'continue' });

  await reaches((lost * 2) / 3);
  const residentMb = [residentAtMost(service.local.process.pid)];
  const after = processorSeconds(service.local.process.pid);
  const processorMs =
    before === undefined || after === undefined
      ? undefined
      : ((after - before) / upstream.taken.size) * 1_000;
  say(`killed with ${upstream.taken.size} taken`);
  clock();
  await service.kill();
  const restart = clock();
  say(`started again in ${restart.toFixed(1)} s`);
  const again = service.local.caller;
  await until('end', patience, () => progress.last?.state === 'done');
  await progress.stop();
  // What never comes is told of below.
  await until('last delivery', 60_000, () => upstream.taken.size >= lost).catch(() => {});
  await passEverything(service, upstream);

  clock();
  const itemFaults = await faultsAfterwards(again, all);
  const exported = clock();
  residentMb.push(residentAtMost(service.local.process.pid));
  await service.local.process.stop('SIGTERM');

  const taken = upstream.of(workflow);
  const { readings } = progress;
  const moving = readings.filter(
    ({ redrive }, index) => (redrive.resumed ?? 0) > (readings[index - 1]?.redrive.resumed ?? 0),
  );
  const redriving = busySeconds(moving.map(({ at }) => at));
  return {
    planned,
    progressFaults: [
      ...progressFaults(readings, lost),
      ...progress.refused.map((status) => `progress was answered ${status}`),
    ],
    readings: readings.length,
    pauseFaults: pauseFaults(readings, paused.json.resumed),
    resumed: progress.last?.resumed ?? 0,
    taken: taken.length,
    doubled: taken.filter(({ times }) => times > 1).length,
    deliveries: taken.reduce((sum, { times }) => sum + times, 0),
    deliveryFaults: deliveryFaults(upstream, all),
    itemFaults,
    notifications: new Set(service.printed.match(/(?<=^Notification ).+$/gm)).size,
    complaints: service.complaints,
    seconds: { register, overdue, restart, redriving, export: exported },
    resumedPerSecond: lost / redriving,
    takenPerSecond: lost / busySeconds(upstream.times.slice(0, lost)),
    processorMs,
    residentMb,
  };
}

/** Resumes an item of another workflow: when it is there, all that was to be delivered before it is. */
async function passEverything({ local: { caller } }: KilledService, upstream: Upstream): Promise<void> {
  await caller.register('last', 'item', { timeout: 600 });
  await caller.progress('last', 'item', { failed: { reason: 'to be resumed' } });
  await caller.request('POST', '/v1/workflows/last/redrives', {});
  await until('last message', patience, () => upstream.of('last').length > 0);
}

/** Each item that was lost is there, in its second attempt, with its own data, and says the same each time. */
function deliveryFaults(upstream: Upstream, all: OutageItems): string[] {
  const byItem = Map.groupBy(upstream.of(workflow), ({ message }) => message.item);
  const faults: string[] = [];
  for (let index = 0; index < all.items; index++) {
    const item = itemName(index);
    const [taken, ...others] = byItem.get(item) ?? [];
    if (isLost(all, index) !== (taken !== undefined))
      faults.push(`${item} ${taken ? 'was' : 'was not'} delivered`);
    if (!taken) continue;
    if (others.length > 0) faults.push(`${item} was delivered under more than one id`);
    if (taken.others > 0) faults.push(`${item} was delivered again with another text`);
    if (taken.message.attempt !== 2) faults.push(`${item} was delivered as attempt ${taken.message.attempt}`);
    if (!isSameData(memberText(taken.text, 'data'), index))
      faults.push(`${item} has other data: ${taken.text}`);
  }
  return faults;
}

/** Seconds of the time between the first and the last in which something happened within each two seconds. */
function busySeconds(times: readonly number[]): number {
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return gaps.filter((gap) => gap < 2_000).reduce((sum, gap) => sum + gap, 0) / 1_000;
}

/** Gives the seconds since it was asked last. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1_000;
    last = now;
    return seconds;
  };
}

function residentAtMost(pid: number): number | undefined {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(ofProcess(pid, 'status'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
}

/** Linux counts it in hundredths of a second, in the 14th and 15th field; the name in the second can have spaces. */
function processorSeconds(pid: number): number | undefined {
  const fields = ofProcess(pid, 'stat')
    .replace(/\(.*\)/s, 'name')
    .split(' ');
  return fields.length > 14 ? (Number(fields[13]) + Number(fields[14])) / 100 : undefined;
}

/** What Linux tells of a process; nothing elsewhere. */
function ofProcess(pid: number, what: 'status' | 'stat'): string {
  const file = `/proc/${pid}/${what}`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
