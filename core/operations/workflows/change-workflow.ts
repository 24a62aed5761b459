import type { Workflow } from '../../contract/workflow.ts';
import type { WorkflowSettings } from '../../contract/workflow-settings.ts';
import { workflowNotFound } from '../../model/workflow/known-workflow.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import { type Saved, saveSettings } from './save-workflow.ts';

/**
 * Changes the settings that the request names and keeps the others; null removes a setting. If somebody else changes the
 * settings meanwhile, the change is made to what they left. Throws a 404 problem if there is no such workflow, and the
 * problems of `parse` for the resulting settings.
 */
export async function changeWorkflow(
  service: Pick<Ports, 'items' | 'registry' | 'clock' | 'leastTimeoutSeconds'>,
  { workflow, change, note }: Pick<Saved, 'workflow' | 'note'> & { change: object },
  parse: (settings: unknown) => WorkflowSettings,
): Promise<Workflow> {
  const settingsOver = (before: WorkflowRecord | undefined) => {
    if (!before || before.removed) throw workflowNotFound(workflow);
    return parse(merged(settingsOf(before), change));
  };
  return (await saveSettings(service, { workflow, settingsOver, isChange: true, note })).workflow;
}

function settingsOf({ settings, shards }: WorkflowRecord): object {
  return { ...settings, ...(shards !== undefined && { shards }) };
}

/** JSON Merge Patch, RFC 7396: objects are merged member by member, null removes a member. */
function merged(target: unknown, change: unknown): unknown {
  if (!isObject(change)) return change;
  const before = isObject(target) ? Object.entries(target) : [];
  const members = new Map<string, unknown>(before);
  for (const [name, value] of Object.entries(change)) {
    if (value === null) members.delete(name);
    else members.set(name, merged(members.get(name), value));
  }
  return Object.fromEntries(members);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
