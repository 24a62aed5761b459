import type { ReplyOf } from '../../../core/contract/calls.ts';
import { durationText } from '../../../core/contract/duration-text.ts';
import { relativeText } from './times.ts';

type Check = ReplyOf<'check-health'>['checks'][number];

/** A line of `warden doctor`. */
export interface Finding {
  check: string;
  status: 'ok' | 'failing' | 'unknown';
  detail?: string;
  /** What to do about it. */
  advice?: string;
}

/** A clock that is off by more than this moves deadlines by as much. */
const mostSkewMs = 5_000;

const failingAdvice: Readonly<Record<Check['name'], string>> = {
  'items table': 'look at the alarms of the tables, and at the log of the function check-health',
  'registry table': 'look at the alarms of the tables, and at the log of the function check-health',
  scheduler: 'registrations fail until EventBridge Scheduler answers: look at the health of AWS',
  sweep: 'look at the log of the function sweep; lost timers are not found until it runs',
  canary: 'timers may not fire: look at EventBridge Scheduler, the queue of expired timers and check-timers',
  'expected registrations':
    'missing registrations were not judged for all workflows: look at the log of the function sweep',
  'dead letters':
    'messages could not be delivered or processed: the runbook (docs/runbook.md) has a section for each queue',
  'notification topic':
    'nobody is notified: subscribe an address, a queue or a webhook to the notification topic',
  'alarm topic': 'nobody receives the alarms of the warden itself: subscribe an address to the alarm topic',
  storage: 'free space on the disk of the data folder, or check its permissions',
  output: 'nobody reads the output of the service: restart it where somebody does, or add --webhook',
  webhook: 'the webhook accepts no posts; they are repeated until it does',
  'redrive webhook': 'the upstream service accepts no posts; they are repeated until it does',
};

const unknownAdvice: Readonly<Partial<Record<Check['name'], string>>> = {
  sweep: 'no sweep has ended yet: ask again in two minutes',
  canary: 'no canary was found yet: ask again ten minutes after the start',
  'notification topic': 'it is in another account: check there that somebody is subscribed; try warden drill',
  'alarm topic': 'it is in another account: check there that somebody is subscribed',
};

/** The finding of a health check of the service. */
export function healthFinding(check: Check, now: number): Finding {
  const { name, status } = check;
  const ago = check.at === undefined ? [] : [relativeText(check.at, now)];
  const details = [
    ...(name === 'sweep' || name === 'canary' ? ago : []),
    ...(check.delayMs === undefined ? [] : [`found ${durationText(check.delayMs)} after its deadline`]),
    ...(check.subscribers === undefined ? [] : [`${check.subscribers} confirmed subscriptions`]),
    ...(check.waiting === undefined ? [] : [`${check.waiting} messages wait`]),
    ...(check.failingSince === undefined ? [] : [`since ${relativeText(check.failingSince, now)}`]),
    ...(check.queues ?? []).map(({ queue, messages }) => `${queue}: ${messages}`),
    ...(check.error === undefined ? [] : [check.error]),
  ];
  const advice = { ok: undefined, failing: failingAdvice[name], unknown: unknownAdvice[name] }[status];
  return {
    check: name,
    status,
    ...(details.length > 0 && { detail: details.join(', ') }),
    ...(advice !== undefined && { advice }),
  };
}

/** @param aheadMs how far the warden's clock is ahead, to a second; undefined if its replies have no date */
export function clockFinding(aheadMs: number | undefined): Finding {
  if (aheadMs === undefined) return { check: 'clock', status: 'unknown' };
  const off = durationText(Math.abs(aheadMs));
  if (Math.abs(aheadMs) <= mostSkewMs) return { check: 'clock', status: 'ok', detail: `differs by ${off}` };
  return {
    check: 'clock',
    status: 'failing',
    detail: `this clock is ${off} ${aheadMs > 0 ? 'behind' : 'ahead of'} that of the warden`,
    advice: `set the clock of this machine: deadlines that it sends are too ${aheadMs > 0 ? 'early' : 'late'}`,
  };
}

/** Whether upstream services receive the items of redrives. */
export function redriveFinding(subscriptions: number | undefined): Finding[] {
  if (subscriptions === undefined) return [];
  const detail = `${subscriptions} upstream subscriptions`;
  if (subscriptions > 0) return [{ check: 'redrives', status: 'ok', detail }];
  const advice = 'to resume work, subscribe an upstream service (docs/redrive.md)';
  return [{ check: 'redrives', status: 'unknown', detail, advice }];
}
