import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { memberText } from '../../../core/json-text.ts';
import { type Halt, perSecond } from './busy-rate.ts';
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
/** The longest time for each part, in milliseconds. Each part only has to end. */
const patience = 600_000;
/** The length of the pause, in milliseconds: the runner looks for work several times in it. */
const pauseMs = 2_500;

export interface RedriveOutageOptions extends Omit<OutageItems, 'workflow'> {
  /** The requested items a second. */
  rate: number;
  /** Called with lines about the progress. */
  say?: (line: string) => void;
}

export interface RedriveOutage {
  /** The count of the dry run. */
  planned: number;
  /** Contradictions in the progress. */
  progressFaults: string[];
  readings: number;
  /** Faults during the pause. */
  pauseFaults: string[];
  /** The count of resumed items when the service was killed, as it was last read. */
  resumedAtKill: number;
  /** The count of resumed items at the end. */
  resumed: number;
  /**
   * Items that the upstream service received, each at least once; items that it received more than once; all messages.
   */
  taken: number;
  doubled: number;
  deliveries: number;
  /** Faults in the messages that the upstream service received. */
  deliveryFaults: string[];
  /** Faults of the items themselves, afterwards. */
  itemFaults: string[];
  notifications: number;
  complaints: string;
  /** Seconds: of the registrations; until all were overdue; of a start after the kill; of the export. */
  seconds: { register: number; overdue: number; restart: number; export: number };
  /**
   * Items a second while the redrive was neither paused nor killed: resumed by its progress, and taken by the upstream
   * service. The time until it goes on after the pause and after the start counts.
   */
  resumedPerSecond: number;
  takenPerSecond: number;
  /** Milliseconds of the service's processor time for each resumed and delivered item, until the kill. */
  processorMs: number | undefined;
  /** The service's peak resident megabytes: until the kill and after it. Undefined without /proc. */
  residentMb: (number | undefined)[];
}

/**
 * An outage and its redrive: items are registered by batch, some go overdue, and all of these are resumed, with a pause
 * after a third and a kill -9 of the service after two thirds. Everything goes over HTTP, with a service of its own.
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
    // The service counts items one by one, which takes time from finding more.
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
  const pausedAt = Date.now();
  // Nothing shows that a paused redrive has finished its page, so the runner gets time for several more.
  await sleep(pauseMs);
  await until('delivery of what was resumed and nothing else', 60_000, () => {
    return upstream.taken.size === progress.last?.resumed;
  });
  say(`paused with ${upstream.taken.size} taken`);
  const caughtUpAt = upstream.times.at(-1) ?? pausedAt;
  await caller.request('PATCH', one, { action: 'continue' });
  const pause: Halt = { from: pausedAt, until: Date.now() };

  await reaches((lost * 2) / 3);
  const residentMb = [residentAtMost(service.local.process.pid)];
  const after = processorSeconds(service.local.process.pid);
  const processorMs =
    before === undefined || after === undefined
      ? undefined
      : ((after - before) / upstream.taken.size) * 1_000;
  say(`killed with ${upstream.taken.size} taken`);
  clock();
  const killedAt = Date.now();
  await service.kill();
  const kill: Halt = { from: killedAt, until: Date.now() };
  const resumedAtKill = progress.last?.resumed ?? 0;
  const restart = clock();
  say(`started again in ${restart.toFixed(1)} s`);
  const again = service.local.caller;
  await until('end', patience, () => progress.last?.state === 'done');
  await progress.stop();
  // Missing items are reported below.
  await until('last delivery', 60_000, () => upstream.taken.size >= lost).catch(() => {});
  await passEverything(service, upstream);

  clock();
  const itemFaults = await faultsAfterwards(again, all);
  const exported = clock();
  residentMb.push(residentAtMost(service.local.process.pid));
  await service.local.process.stop('SIGTERM');

  const taken = upstream.of(workflow);
  const { readings } = progress;
  // The end is when the redrive says: the reply that has it comes after all items were counted, which takes up to a second.
  const resumed = readings.map(({ at, redrive: { endedAt, resumed: count = 0 } }) => ({
    at: endedAt === undefined ? at : Date.parse(endedAt),
    count,
  }));
  const delivered = upstream.times.slice(0, lost).map((at, index) => ({ at, count: index + 1 }));
  // The upstream service still has work when the redrive is paused.
  const idle: Halt = { from: Math.max(pause.from, caughtUpAt), until: pause.until };
  return {
    planned,
    progressFaults: [
      ...progressFaults(readings, lost),
      ...progress.refused.map((status) => `progress was answered ${status}`),
    ],
    readings: readings.length,
    pauseFaults: pauseFaults(readings, paused.json.resumed),
    resumedAtKill,
    resumed: progress.last?.resumed ?? 0,
    taken: taken.length,
    doubled: taken.filter(({ times }) => times > 1).length,
    deliveries: taken.reduce((sum, { times }) => sum + times, 0),
    deliveryFaults: deliveryFaults(upstream, all),
    itemFaults,
    notifications: new Set(service.printed.match(/(?<=^Notification ).+$/gm)).size,
    complaints: service.complaints,
    seconds: { register, overdue, restart, export: exported },
    resumedPerSecond: perSecond(resumed, [pause, kill]),
    takenPerSecond: perSecond(delivered, [idle, kill]),
    processorMs,
    residentMb,
  };
}

/** Resumes an item of another workflow. When it has arrived, everything before it has too. */
async function passEverything({ local: { caller } }: KilledService, upstream: Upstream): Promise<void> {
  await caller.register('last', 'item', { timeout: 600 });
  await caller.progress('last', 'item', { failed: { reason: 'to be resumed' } });
  await caller.request('POST', '/v1/workflows/last/redrives', {});
  await until('last message', patience, () => upstream.of('last').length > 0);
}

/** Each lost item has arrived, in its second attempt, with its own data, and with the same text each time. */
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

/** Returns the seconds since it was last called. */
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

/**
 * Linux counts the time in hundredths of a second, in fields 14 and 15. The name in the second field can have spaces.
 */
function processorSeconds(pid: number): number | undefined {
  const fields = ofProcess(pid, 'stat')
    .replace(/\(.*\)/s, 'name')
    .split(' ');
  return fields.length > 14 ? (Number(fields[13]) + Number(fields[14])) / 100 : undefined;
}

/** A file of Linux about a process; nothing on other systems. */
function ofProcess(pid: number, what: 'status' | 'stat'): string {
  const file = `/proc/${pid}/${what}`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
