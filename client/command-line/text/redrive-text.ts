import { durationText } from '../../../core/contract/duration-text.ts';
import { numberText } from '../../../core/contract/number-text.ts';
import type { Redrive } from '../../../core/contract/redrive.ts';
import type { Context } from '../context.ts';
import { shellQuoted } from './shell.ts';
import type { Column } from './table.ts';
import { relativeText } from './times.ts';

/** How many items it has resumed or removed. */
export function doneCount({ resumed, discarded }: Redrive): number {
  return resumed ?? discarded ?? 0;
}

/** Whether nothing about it changes any more: it is over, and every resumed item is completed or lost again. */
export function isSettled({ state, outstanding = 0 }: Redrive): boolean {
  return (state === 'done' || state === 'aborted') && outstanding === 0;
}

/**
 * "150 of 200 resumed; 140 completed, 3 failed again, 7 being worked on". If only some of the resumed items were counted:
 * "150 of 200 resumed; of the first 100: 97 completed, 3 being worked on"
 *
 * @param pace texts after the first count: the rate and the remaining time
 */
export function progressText(redrive: Redrive, pace: readonly string[] = []): string {
  const { action, matched, skipped, failed } = redrive;
  const done = numberText(doneCount(redrive));
  const of = matched === undefined ? '' : ` of ${numberText(matched)}`;
  const outcomes = partsText([
    [redrive.completed, 'completed'],
    [redrive.failedAgain, 'failed again'],
    [redrive.overdueAgain, 'overdue again'],
    [redrive.outstanding, 'being worked on'],
    [redrive.movedOn, 'in a later attempt or removed'],
  ]);
  const others = partsText([
    [skipped, 'skipped'],
    [failed, action === 'redrive' ? 'could not be sent' : 'could not be removed'],
  ]);
  const what = [`${done}${of} ${action === 'redrive' ? 'resumed' : 'discarded'}`, ...pace].join(', ');
  const { counted } = redrive;
  const first = counted === undefined || outcomes === '' ? '' : `of the first ${numberText(counted)}: `;
  const all =
    first === ''
      ? [[outcomes, others].filter((text) => text !== '').join(', ')]
      : [`${first}${outcomes}`, others];
  return [what, ...all].filter((text) => text !== '').join('; ');
}

function partsText(parts: readonly (readonly [number | undefined, string])[]): string {
  return parts.flatMap(([count, what]) => (count ? [`${numberText(count)} ${what}`] : [])).join(', ');
}

/**
 * Whether items were lost again, or could not be sent, or may have been lost again: the service counts no further than it can
 * in 15 seconds.
 */
export function hasFindings({ failedAgain = 0, overdueAgain = 0, failed, counted }: Redrive): boolean {
  return failedAgain + overdueAgain + failed > 0 || counted !== undefined;
}

/** The filter of a redrive as options: `--state failed --reason 'card declined'`. */
export function filterText({ filter }: Pick<Redrive, 'filter'>): string {
  const { state, states, tag, tags, started, stuck, ids, ...alike } = filter;
  const all = [...(states ?? []), ...(state === undefined ? [] : [state])];
  return [
    ...(all.length > 0 ? [`--state ${all.join(',')}`] : []),
    ...[...(tags ?? []), ...(tag === undefined ? [] : [tag])].map((one) => `--tag ${shellQuoted(one)}`),
    ...(started === undefined ? [] : [started ? '--started' : '--not-started']),
    ...(stuck === undefined ? [] : stuck ? ['--stuck'] : ['stuck=false']),
    ...(ids ? [`${ids.length} ids`] : []),
    ...Object.entries(alike).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${kebab(name)} ${shellQuoted(String(value))}`],
    ),
  ].join(' ');
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The columns of a list of redrives. */
export function redriveColumns({ now }: Pick<Context, 'now'>): Column<Redrive>[] {
  return [
    { title: 'WORKFLOW', rank: 1, cell: ({ workflow }) => workflow },
    { title: 'ID', rank: 0, cell: ({ id }) => id },
    { title: 'ACTION', rank: 3, cell: ({ action }) => action },
    { title: 'STATE', rank: 2, cell: ({ state }) => state },
    { title: 'PROGRESS', rank: 4, cell: progressText },
    { title: 'STARTED', rank: 5, cell: ({ startedAt }) => relativeText(startedAt, now()) },
    { title: 'FILTER', rank: 6, cell: (redrive) => filterText(redrive) || 'all' },
    { title: 'NOTE', rank: 7, cell: ({ note }) => note },
  ];
}

/** "[#####.....] 150 of 200 resumed, 19.8/s, 3s left; 140 completed" */
export function barText(redrive: Redrive, now: number, itemsPerSecond: number | undefined): string {
  const { matched, state, estimatedEnd } = redrive;
  const gone = doneCount(redrive) + redrive.skipped + redrive.failed;
  const part = matched === undefined || matched === 0 ? 0 : Math.min(1, gone / matched);
  const filled = Math.round(part * barWidth);
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
  const isRunning = state === 'running';
  const speed = isRunning && itemsPerSecond !== undefined ? [`${itemsPerSecond.toFixed(1)}/s`] : [];
  const leftMs = estimatedEnd === undefined ? 0 : Date.parse(estimatedEnd) - now;
  const left = isRunning && leftMs > 0 ? [`${durationText(leftMs)} left`] : [];
  const shown = isRunning || state === 'done' ? '' : `${state}: `;
  return `${bar} ${shown}${progressText(redrive, [...speed, ...left])}`;
}

const barWidth = 20;
