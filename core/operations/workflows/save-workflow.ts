import { isDeepStrictEqual } from 'node:util';
import { defaultQueueShards } from '../../aws/items/keys.ts';
import type { Note } from '../../aws/registry/audit-log.ts';
import type { Workflow } from '../../contract/workflow.ts';
import type { WorkflowSettings } from '../../contract/workflow-settings.ts';
import { deadlineOf } from '../../model/item/deadline.ts';
import { checkDurations } from '../../model/workflow/settings-durations.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import { contended, ProblemError } from '../../problem-error.ts';
import { changedSettings } from './changed-settings.ts';
import { workflowView } from './workflow-view.ts';

export interface Saved {
  workflow: string;
  /** The settings to save, of the record as it is. */
  settingsOver: (before: WorkflowRecord | undefined) => WorkflowSettings;
  /** Whether they are saved only if nobody changes the settings meanwhile. */
  isChange: boolean;
  note: Note;
}

type Service = Pick<Ports, 'items' | 'registry' | 'clock' | 'leastTimeoutSeconds'>;

const mostTries = 8;

/**
 * Replaces all settings of a workflow; a missing setting returns to its default, and a repeat changes nothing (P4).
 * Throws a 422 problem for durations out of range and for fewer shards than before.
 */
export function saveWorkflow(
  service: Service,
  { settings, ...saved }: Pick<Saved, 'workflow' | 'note'> & { settings: WorkflowSettings },
): Promise<{ created: boolean; workflow: Workflow }> {
  return saveSettings(service, { ...saved, settingsOver: () => settings, isChange: false });
}

/** Saves settings over the record that is there when they are saved: who loses a race begins anew. */
export async function saveSettings(
  { items, registry, clock, leastTimeoutSeconds }: Service,
  { workflow, settingsOver, isChange, note }: Saved,
): Promise<{ created: boolean; workflow: Workflow }> {
  for (let tries = 0; tries < mostTries; tries++) {
    const before = await registry.readWorkflow(workflow);
    const settings = settingsOver(before);
    deadlineOf({ timeout: settings.timeout }, clock.now(), leastTimeoutSeconds);
    checkDurations(settings);
    const { shards, ...kept } = settings;
    checkShards(shards, before?.shards);
    const isSame = isDeepStrictEqual(before?.settings ?? {}, kept);
    if (before && !before.removed && isSame && (shards === undefined || shards === before.shards)) {
      return { created: false, workflow: await workflowView({ items, clock }, before) };
    }
    const sameExpectation = JSON.stringify(before?.settings?.expect) === JSON.stringify(settings.expect);
    const old = { ...before?.settings, ...(before?.shards !== undefined && { shards: before.shards }) };
    const next = { ...kept, shards: shards ?? before?.shards };
    await note({
      action: 'settings-saved',
      settings: changedSettings(old as WorkflowSettings, next as WorkflowSettings),
    });
    const record = await registry.saveUnlessChanged(workflow, {
      settings: kept,
      shards,
      sameExpectation,
      ...(isChange && before && { over: before }),
    });
    if (record === undefined) continue;
    const created = before === undefined || before.removed === true;
    return { created, workflow: await workflowView({ items, clock }, record) };
  }
  throw contended(`workflow "${workflow}"`);
}

/**
 * Items stay in the shard in which they were registered, so the number of shards can only grow. Throws a 422 problem
 * for fewer.
 */
function checkShards(shards: number | undefined, before = defaultQueueShards): void {
  if (shards === undefined || shards >= before) return;
  const message = `can only grow: it is ${before}; received ${shards}`;
  throw new ProblemError('shards-too-few', `shards ${message}`, { errors: [{ path: 'shards', message }] });
}
