import { reportsApartMs, stuckReports } from '../../contract/progress.ts';
import { instant } from '../../contract/time.ts';
import type { ItemRecord } from './item-record.ts';

/** The attributes that say whether an item progresses. */
export type Movement = Pick<
  ItemRecord,
  'progress' | 'progressedAt' | 'sameReports' | 'reportedProgressAt' | 'stuckAt'
>;

/** The cleared attributes of an attempt that has reported nothing yet. */
export const noMovement = {
  progress: undefined,
  progressedAt: undefined,
  sameReports: undefined,
  reportedProgressAt: undefined,
  stuckAt: undefined,
} as const satisfies Movement;

/** The attributes after a new value was reported at `at`, ISO 8601. */
export function movedTo(progress: NonNullable<ItemRecord['progress']>, at: string): Movement {
  return { ...noMovement, progress, progressedAt: at, sameReports: 1, reportedProgressAt: at };
}

/**
 * The movement of an item after a request. Another value is a movement, and so is a step that was not reached before.
 * The same value again counts as a report only a while after the last report that counted: a repeated request must not
 * make an item look stuck (P2, P4). A kept request that is older than the last report brings no new value, and if it is
 * older than the value, no new step either.
 *
 * @param made when the request was made, in ms since the epoch: before now if the caller had to keep it
 * @param reachesStep whether the request reaches a new step
 */
export function moved(
  seen: Movement,
  { progress: reported, made }: { progress: ItemRecord['progress']; made: number },
  reachesStep: boolean,
  now: number,
): Movement {
  const last = seen.reportedProgressAt === undefined ? made : Date.parse(seen.reportedProgressAt);
  const isOutdated = made < now && made < last;
  const progress = isOutdated ? seen.progress : (reported ?? seen.progress);
  if (progress === undefined) return {};
  const isStepOutdated = isOutdated && instant(made) <= (seen.progressedAt ?? '');
  if (progress !== seen.progress || (reachesStep && !isStepOutdated))
    return movedTo(progress, instant(Math.max(made, last)));
  if (reported === undefined || made < last + reportsApartMs) return {};
  return { sameReports: (seen.sameReports ?? 1) + 1, reportedProgressAt: instant(made) };
}

/**
 * When an item will be stuck, in ms since the epoch, unless it progresses before: its worker reports, but the value
 * stays the same. Undefined if it never reports progress, if people were warned since it last progressed, or if its
 * deadline is earlier.
 */
export function stuckTime({
  progress,
  progressedAt,
  sameReports = 1,
  reportedProgressAt,
  stuckAfterMs,
  stuckAt,
  deadline,
}: Movement & Pick<ItemRecord, 'stuckAfterMs' | 'deadline'>): number | undefined {
  if (progress === undefined || progressedAt === undefined || stuckAt !== undefined) return undefined;
  const isRepeated = sameReports >= stuckReports;
  if (stuckAfterMs === undefined && !isRepeated) return undefined;
  const at =
    stuckAfterMs === undefined
      ? Date.parse(reportedProgressAt ?? progressedAt)
      : Date.parse(progressedAt) + stuckAfterMs;
  return at < Date.parse(deadline) ? at : undefined;
}
