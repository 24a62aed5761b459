import { tableText } from '../../client/command-line/text/table.ts';
import { numberText } from '../../core/contract/number-text.ts';
import { type Figures, quantile } from '../figures.ts';
import type { Counterexample } from '../prove-histories.ts';

export type Row = readonly [name: string, value: string];

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/** The figures of random histories, a row for each. */
export function figureRows(figures: Figures): Row[] {
  const { broken, delays, calmDelays } = figures;
  const faults = Object.entries(figures.faults).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    ['histories', numberText(figures.histories)],
    ['items', numberText(figures.items)],
    ['requests', numberText(figures.requests)],
    ['calls to AWS', numberText(figures.calls)],
    ...faults.map(([kind, count]): Row => [`fault: ${kind}`, numberText(count)]),
    ['items overdue', numberText(figures.overdue)],
    ['missed', numberText(broken.missed)],
    ['false alarms', numberText(broken.false)],
    ['doubled', numberText(broken.doubled)],
    ['data lost', numberText(broken.lost)],
    ['other promises broken', numberText(broken.wrong)],
    ['detection delay, p50', seconds(quantile(delays, 0.5))],
    ['detection delay, p99', seconds(quantile(delays, 0.99))],
    ['detection delay, most', seconds(delays.at(-1) ?? 0)],
    ['the same without faults that delay, p50', seconds(quantile(calmDelays, 0.5))],
    ['the same without faults that delay, p99', seconds(quantile(calmDelays, 0.99))],
    ['the same without faults that delay, most', seconds(calmDelays.at(-1) ?? 0)],
    ['incidents', numberText(figures.incidents)],
    ['notifications', numberText(figures.notifications)],
    ['notifications of one incident, most', numberText(figures.mostNotifications)],
    ['notifications delivered again, with the same id', numberText(figures.repeats)],
  ];
}

export function figuresText(figures: Figures): string {
  return tableText(
    [
      { title: 'FIGURE', rank: 0, cell: ([name]: Row) => name },
      { title: 'VALUE', rank: 1, align: 'right', cell: ([, value]) => value },
    ],
    figureRows(figures),
  );
}

/** The broken promises, by which history, and how to repeat it. */
export function counterexampleText(seed: number, { number, history, broken }: Counterexample): string {
  const { happenings, ...rest } = history;
  return [
    `\nHistory ${number} breaks a promise. The smallest one that was found to break it:`,
    ...happenings.map((one) => `  ${JSON.stringify(one)}`),
    `  ${JSON.stringify(rest)}`,
    ...broken.map(({ promise, kind, text }) => `${promise} ${kind}: ${text}`),
    `Again: npm run prove -- --seed ${seed} --history ${number}`,
    '',
  ].join('\n');
}
