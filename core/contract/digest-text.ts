import type { Digest, DigestedIncident } from './digest.ts';
import type { Notification } from './notification.ts';
import { kindTexts } from './notification-kinds.ts';
import { pathOf } from './path-of.ts';

/** How many incidents the text names, the heaviest first. The message for machines has all of them. */
const mostNamed = 20;

const noChanges: Notification['changes'] = {
  overdue: 0,
  failed: 0,
  completedLate: 0,
  restarted: 0,
  redriven: 0,
  discarded: 0,
};

/** The text of a digest, for an e-mail or a terminal. */
export function digestText(digest: Digest): string {
  const open = digest.incidents.filter(({ event }) => event !== 'resolved');
  const resolved = digest.incidents.filter(({ event }) => event === 'resolved');
  const paragraphs = [
    [`${digestHeadline(digest)}.`],
    ['More notifications were due than the deployment may send at once. This one replaces all of them.'],
    open.length === 0 ? [] : namedLines(open),
    resolved.length === 0 ? [] : [`Resolved: ${namesText(resolved.map(({ workflow }) => workflow))}.`],
    [`Open incidents: GET ${pathOf('list-incidents', {})}?state=open`, `Notification ${digest.id}`],
  ];
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** "37 workflows have incidents, 12 incidents are resolved" */
export function digestHeadline({ workflows, resolved }: Pick<Digest, 'workflows' | 'resolved'>): string {
  const have = workflows === 1 ? '1 workflow has an incident' : `${workflows} workflows have incidents`;
  const are = resolved === 1 ? '1 incident is resolved' : `${resolved} incidents are resolved`;
  return [...(workflows > 0 ? [have] : []), ...(resolved > 0 ? [are] : [])].join(', ');
}

function namedLines(open: readonly DigestedIncident[]): string[] {
  const named = open.slice(0, mostNamed);
  return [
    ...(named.length < open.length ? [`The heaviest ${named.length} of ${open.length}:`] : []),
    ...named.map(({ workflow, severity, incident, kind, event, counts }) => {
      const summary = kindTexts[kind].summary({ event, counts, changes: noChanges });
      const who = severity === undefined ? workflow : `${workflow} (${severity})`;
      return `  ${who}: ${summary}. GET ${pathOf('read-incident', { incident })}`;
    }),
  ];
}

function namesText(workflows: readonly string[]): string {
  const names = [...new Set(workflows)];
  const more = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
