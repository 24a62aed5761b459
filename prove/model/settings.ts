import { isDeepStrictEqual } from 'node:util';
import type { Settings, SettingsChange } from '../history/request.ts';
import type { Asked } from '../ledger.ts';
import { type Broken, type Evidence, nameOf, unchangedUntil } from './evidence.ts';
import { at, indexLagMs } from './times.ts';
import { type Workflow, withoutNull } from './workflow.ts';

/** P5, P7: a workflow has its saved settings, and is not removed while it has items. */
export function settings(evidence: Evidence): Broken[] {
  return [
    ...[...evidence.workflows.values()].flatMap((workflow) =>
      workflow.asked.flatMap((one) => wrongSettings(workflow, one)),
    ),
    ...removedWithItems(evidence),
  ];
}

/** Whether the request may have changed the settings. */
function mayChange({ request, reply, isFaulted, isUnheard }: Asked): boolean {
  if (!('settings' in request) && request.ask !== 'remove workflow') return false;
  if (isUnheard) return false;
  return reply === undefined || reply.status < 300 || reply.status >= 500 || isFaulted;
}

function wrongSettings(workflow: Workflow, one: Asked): Broken[] {
  const { request, reply, end } = one;
  if (!('settings' in request) && request.ask !== 'read workflow') return [];
  const before = settingsBefore(workflow, one);
  if (before === undefined || reply === undefined) return [];
  const broken = (text: string): Broken[] => [
    { promise: 'P5', kind: 'wrong', text: `${workflow.name} at ${at(end)}: ${text}` },
  ];
  if (request.ask === 'read workflow' && reply.status === 404 && Object.keys(before).length > 0)
    return broken(`it has the settings ${JSON.stringify(before)}, and is not there`);
  if (reply.status >= 300) return [];
  const expected =
    request.ask === 'settings'
      ? withoutUndefined(request.settings)
      : withoutNull({
          ...before,
          ...(request.ask === 'change settings' && withoutUndefined(request.settings)),
        });
  const shown = settingsIn(reply.json);
  if (isDeepStrictEqual(shown, withoutUndefined(expected))) return [];
  return broken(`the settings are ${JSON.stringify(shown)} instead of ${JSON.stringify(expected)}`);
}

/** The settings that were certainly in force when the request was sent, and that nobody else changed until its end. */
function settingsBefore({ asked }: Workflow, one: Asked): Settings | undefined {
  const changes = asked.filter((other) => other !== one && mayChange(other));
  const last = changes.findLast((other) => other.end < one.at);
  const others = changes.filter((other) => other !== last && other.end >= (last?.at ?? 0));
  if (others.some((other) => other.at <= one.end)) return undefined;
  if (last === undefined || last.request.ask === 'remove workflow')
    return last?.reply?.status === 204 || !last ? {} : undefined;
  const isCertain = last.reply !== undefined && last.reply.status < 300;
  return isCertain ? settingsIn(last.reply?.json) : undefined;
}

/** The settings that nobody changed any more, and since when; undefined if nobody knows them. */
export function certainSettings({ asked }: Workflow): { settings: Settings; since: number } | undefined {
  const changes = asked.filter(mayChange);
  const last = changes.at(-1);
  if (last === undefined || !('settings' in last.request) || !last.reply || last.reply.status >= 300)
    return undefined;
  if (changes.some((one) => one !== last && one.end >= last.at)) return undefined;
  return { settings: settingsIn(last.reply.json), since: last.end };
}

// biome-ignore lint/suspicious/noExplicitAny: what a reply holds is what the model finds out
function settingsIn(json: any): Settings {
  const { receipts, warnAfter, stuckAfter, expect, notifications = {}, redrive = {} } = json;
  const { spacing, reminder, quiet } = notifications;
  const { automatic } = redrive;
  return withoutUndefined({ receipts, warnAfter, stuckAfter, expect, spacing, reminder, quiet, automatic });
}

function withoutUndefined<All extends SettingsChange>(all: All): All {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as All;
}

/** P1: the index shows every item after a while. */
function removedWithItems(evidence: Evidence): Broken[] {
  return evidence.items.flatMap((item): Broken[] => {
    if (item.workflow.hasDiscards) return [];
    const removals = item.workflow.asked.filter(
      ({ request, reply }) => request.ask === 'remove workflow' && reply?.status === 204,
    );
    return removals.flatMap((one): Broken[] => {
      const last = item.sightings.findLast((seen) => seen.end < one.at - indexLagMs);
      if (last === undefined || last.state === 'completed' || unchangedUntil(item, last) <= one.end)
        return [];
      const text = `${item.workflow.name} was removed at ${at(one.end)}, and ${nameOf(item)} was ${last.state} since ${at(last.end)}`;
      return [{ promise: 'P1', kind: 'wrong', text }];
    });
  });
}
