import type { Settings, SettingsChange } from '../history/request.ts';
import type { Asked } from '../ledger.ts';
import { mostSkewMs } from './times.ts';

const minuteMs = 60_000;
/** The type of the failure of an item whose redrive message SNS rejects. */
export const notDelivered = 'redrive-not-delivered';
const defaultReminderMs = 240 * minuteMs;

/** The decisions of people about a workflow. Every decision that may have been made counts. */
export class Workflow {
  readonly name: string;
  /** Requests about the workflow and its items. */
  readonly asked: Asked[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Settings that may have been in force at some time, besides the defaults. */
  get settings(): Settings[] {
    return this.asked.flatMap(({ request, reply }) =>
      'settings' in request && (reply === undefined || reply.status < 300 || reply.status >= 500)
        ? [withoutNull(request.settings)]
        : [],
    );
  }

  /** Silences that may have been in force, in ms since the epoch. */
  get silences(): { from: number; to: number; isCertain: boolean; end: number }[] {
    return this.asked.flatMap((asked) => {
      const { request, reply, at, end } = asked;
      if (request.ask !== 'silence' || (reply && reply.status >= 400 && reply.status < 500)) return [];
      const to = at + request.for * 1_000 + mostSkewMs;
      const others = this.asked.filter(
        (one) => /silence|remove/.test(one.request.ask) && one.end >= at && one !== asked,
      );
      return [{ from: at, to, isCertain: reply?.status === 200 && others.every((one) => one.at > to), end }];
    });
  }

  /** Whether a silence may have been in force at some time in between. */
  maySilence(from: number, to: number): boolean {
    return this.silences.some((silence) => silence.from <= to && silence.to >= from);
  }

  /** When no silence can be in force any more, from this time on. */
  clearFrom(time: number): number {
    const running = this.silences.filter(({ from, to }) => from <= time && to > time);
    return running.length === 0 ? time : this.clearFrom(Math.max(...running.map(({ to }) => to)));
  }

  /** How long people may not be notified although items are breached, in milliseconds. */
  get quietMs(): number {
    return Math.max(0, ...this.settings.map(({ quiet }) => (quiet?.for ?? 0) * 1_000));
  }

  get leastSpacingMs(): number {
    return Math.min(minuteMs, ...this.settings.map(({ spacing }) => (spacing ?? 60) * 1_000));
  }

  get leastReminderMs(): number {
    return Math.min(
      defaultReminderMs,
      ...this.settings.flatMap(({ reminder }) => (reminder ? [reminder * 1_000] : [])),
    );
  }

  /** Items may be resumed by the service itself or by people. */
  get hasRedrives(): boolean {
    return (
      this.asked.some(({ request }) => request.ask === 'redrive') ||
      this.settings.some(({ automatic }) => automatic)
    );
  }

  get hasDiscards(): boolean {
    return this.asked.some(({ request }) => request.ask === 'discard' && request.token !== undefined);
  }

  /** Items may leave no receipt in this history, and then attempts begin at 1 again. */
  get forgets(): boolean {
    if (this.hasDiscards) return true;
    return this.settings.some(({ receipts }) => receipts !== undefined);
  }
}

/** The settings that a change sets, without the settings that it removes. */
export function withoutNull(change: SettingsChange): Settings {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null));
}
