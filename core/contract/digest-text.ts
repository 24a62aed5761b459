import { type Address, command, incidentUrl } from './commands.ts';
import type { Digest, DigestedIncident } from './digest.ts';
import type { Notification } from './notification.ts';
import { kindTexts } from './notification-kinds.ts';
import { numberText } from './number-text.ts';
import { pathOf } from './path-of.ts';

/** How many incidents the text names: the incidents with the most items. The message for machines has all of them. */
const mostNamed = 20;

const noChanges: Notification['changes'] = {
  overdue: 0,
  failed: 0,
  completedLate: 0,
  restarted: 0,
  redriven: 0,
  discarded: 0,
};

/** The parts of a digest, for people. */
export function digestParts(
  digest: Digest,
  address?: Address,
): { title: string; body: string; open: string } {
  const open = digest.incidents.filter(({ event }) => event !== 'resolved');
  const resolved = digest.incidents.filter(({ event }) => event === 'resolved');
  const path = `${pathOf('list-incidents', {})}?state=open`;
  const paragraphs = [
    ['More notifications were due than the warden may send at once. This digest replaces them.'],
    open.length === 0 ? [] : namedLines(open, address),
    resolved.length === 0 ? [] : [`Resolved: ${namesText(resolved.map(({ workflow }) => workflow))}.`],
  ];
  return {
    title: `${digestHeadline(digest)}.`,
    body: paragraphs
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n'),
    open: `Open incidents: ${command({ method: 'GET', path }, address)}`,
  };
}

/** The text of a digest, for an e-mail or a terminal. */
export function digestText(digest: Digest, address?: Address): string {
  const { title, body, open } = digestParts(digest, address);
  return [title, body, `${open}\nNotification ${digest.id}`].join('\n\n');
}

/** "37 workflows have incidents, 12 incidents are resolved" */
export function digestHeadline({ workflows, resolved }: Pick<Digest, 'workflows' | 'resolved'>): string {
  const have =
    workflows === 1 ? '1 workflow has an incident' : `${numberText(workflows)} workflows have incidents`;
  const are = resolved === 1 ? '1 incident is resolved' : `${numberText(resolved)} incidents are resolved`;
  return [...(workflows > 0 ? [have] : []), ...(resolved > 0 ? [are] : [])].join(', ');
}

/** What is wrong in one incident of a digest, in a few words. */
export function digestedText({ kind, event, counts }: DigestedIncident): string {
  return event === 'resolved' ? 'resolved' : kindTexts[kind].summary({ event, counts, changes: noChanges });
}

function namedLines(open: readonly DigestedIncident[], address: Address | undefined): string[] {
  const named = open.slice(0, mostNamed);
  return [
    ...(named.length < open.length
      ? [`The ${named.length} incidents with the most items, of ${open.length}:`]
      : []),
    ...named.map((one) => {
      const { workflow, severity, incident } = one;
      const where = address ? incidentUrl(one, address) : `GET ${pathOf('read-incident', { incident })}`;
      const who = severity === undefined ? workflow : `${workflow} (${severity})`;
      return `  ${who}: ${digestedText(one)}. ${where}`;
    }),
  ];
}

function namesText(workflows: readonly string[]): string {
  const names = [...new Set(workflows)];
  const more = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
