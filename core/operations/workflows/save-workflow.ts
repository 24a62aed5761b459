import { isDeepStrictEqual } from 'node:util';
import { defaultQueueShards } from '../../aws/items/keys.ts';
import type { Note } from '../../aws/registry/audit-log.ts';
import type { Workflow } from '../../contract/workflow.ts';
import type { WorkflowSettings } from '../../contract/workflow-settings.ts';
import { deadlineOf } from '../../model/item/deadline.ts';
import { checkDurations } from '../../model/workflow/settings-durations.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import { ProblemError } from '../../problem-error.ts';
import { changedSettings } from './changed-settings.ts';
import { workflowView } from './workflow-view.ts';

export interface Saved {
  workflow: string;
  settings: WorkflowSettings;
  note: Note;
  /** The record that the settings are a change of, if they are one. */
  over?: WorkflowRecord;
}

/**
 * Replaces all settings of a workflow; a missing setting returns to its default, and a repeat changes nothing (P4).
 * Throws a 422 problem for durations out of range and for fewer shards than before.
 */
export async function saveWorkflow(
  {
    items,
    registry,
    clock,
    leastTimeoutSeconds,
  }: Pick<Ports, 'items' | 'registry' | 'clock' | 'leastTimeoutSeconds'>,
  { workflow, settings, note, over }: Saved,
): Promise<{ created: boolean; workflow: Workflow }> {
  deadlineOf({ timeout: settings.timeout }, clock.now(), leastTimeoutSeconds);
  checkDurations(settings);
  const before = await registry.readWorkflow(workflow);
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
  const record = await registry.saveWorkflow(workflow, {
    settings: kept,
    shards,
    sameExpectation,
    ...(over && { over }),
  });
  return {
    created: before === undefined || before.removed === true,
    workflow: await workflowView({ items, clock }, record),
  };
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
