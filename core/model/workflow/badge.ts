import { limits } from '../../contract/limits.ts';
import { numberText } from '../../contract/number-text.ts';
import type { WorkflowCounts } from '../../contract/workflow.ts';

const colours = { up: '#2e7d32', down: '#c62828' } as const;
/** The average width of a character of the font, and the room at the ends, in pixels. */
const perCharacter = 6.7;
const margin = 12;

/** The text of a badge: only whether a workflow has lost work, and how much. */
export function badgeText({ overdue, failed, notStarted = 0, capped }: WorkflowCounts): string {
  const more = (count: number) => (capped && count >= limits.countedItems ? '+' : '');
  const parts = [
    [overdue + notStarted, 'overdue'],
    [failed, 'failed'],
  ] as const;
  const lost = parts.flatMap(([count, what]) =>
    count === 0 ? [] : [`${what} ${numberText(count)}${more(count)}`],
  );
  return lost.length === 0 ? 'up' : lost.join(', ');
}

/** A badge as SVG, without a script, a style or a link. */
export function badgeSvg(workflow: string, counts: WorkflowCounts): string {
  const state = badgeText(counts);
  const left = widthOf(workflow);
  const right = widthOf(state);
  const label = escaped(workflow);
  const value = escaped(state);
  const colour = state === 'up' ? colours.up : colours.down;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${label}: ${value}">`,
    `<title>${label}: ${value}</title>`,
    `<rect width="${left}" height="20" fill="#444"/>`,
    `<rect x="${left}" width="${right}" height="20" fill="${colour}"/>`,
    '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">',
    `<text x="${left / 2}" y="14">${label}</text>`,
    `<text x="${left + right / 2}" y="14">${value}</text>`,
    '</g></svg>\n',
  ].join('');
}

function widthOf(text: string): number {
  return Math.round(text.length * perCharacter) + margin;
}

/** Names of workflows need none of this today: a badge must not depend on what another file allows. */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
