import { timeoutMs } from '../../contract/timeout.ts';
import type { WorkflowSettings } from '../../contract/workflow-settings.ts';
import type { ItemRecord } from '../item/item-record.ts';

type Settings = Pick<WorkflowSettings, 'shadowTimeout'> | undefined;

/**
 * Whether an attempt that is marked overdue now has also taken longer than the timeout on trial. If not, its completion
 * can still count it as late.
 */
export function isShadowLateWhenMarked(
  settings: Settings,
  { deadline, startedAt }: Pick<ItemRecord, 'deadline' | 'startedAt'>,
): boolean {
  const shadowMs = shadowMsOf(settings);
  return shadowMs !== undefined && Date.parse(deadline) - Date.parse(startedAt) >= shadowMs;
}

/** Whether a completed attempt took longer than the timeout on trial, and was not counted when it was marked overdue. */
export function isShadowLateWhenCompleted(settings: Settings, record: ItemRecord, tookMs: number): boolean {
  const shadowMs = shadowMsOf(settings);
  if (shadowMs === undefined || tookMs <= shadowMs) return false;
  return record.overdueAt === undefined || !isShadowLateWhenMarked(settings, record);
}

function shadowMsOf(settings: Settings): number | undefined {
  return settings?.shadowTimeout === undefined ? undefined : timeoutMs(settings.shadowTimeout);
}
