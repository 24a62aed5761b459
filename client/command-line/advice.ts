import type { WardenError } from '../warden-error.ts';
import type { Target } from './target.ts';

/** Advice about a failed call, as whole sentences; undefined if the error says it already. */
export function adviceFor(error: WardenError, target: Target | undefined): string | undefined {
  switch (error.code) {
    case 'unreachable':
    case 'timeout':
      return unreachableAdvice(target);
    case 'not-the-warden':
      return `Something else answers at ${target?.url}: check ${sourceOf(target)}.`;
    case 'unauthenticated':
      return target?.token === undefined
        ? 'This warden wants a token: set WARDEN_TOKEN, or name a file with --token-file.'
        : `The token of ${target.tokenFrom} is unknown, expired or revoked: ask an admin for a new one.`;
    case 'forbidden':
      return 'The token is valid, but does not allow this: ask an admin for one with the scope and the workflow.';
    case 'item-not-found':
      return 'Check the workflow and the id; `warden list` shows the open items. A receipt is kept for a limited time.';
    case 'workflow-not-found':
      return '`warden workflows` lists the workflows. The first registration creates one.';
    case 'other-run-waiting':
      return 'Another run of this item is still being watched: wait for it, or start a new attempt with --restart.';
    case 'other-attempt':
      return 'A later attempt of this item has begun, so nothing was changed.';
    case 'deadline-missing':
      return 'Say how long the work may take, such as --timeout 30m, or give the workflow a timeout.';
    default:
      return undefined;
  }
}

function unreachableAdvice(target: Target | undefined): string {
  if (target === undefined) return 'Try again; `warden doctor` looks for the reason.';
  if (target.urlFrom === 'default') {
    return '`warden start` starts one on this machine. If yours is elsewhere, set WARDEN_URL or use --url.';
  }
  const { hostname } = new URL(target.url);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return isHere
    ? `Start it with \`warden start\`, or correct ${sourceOf(target)}.`
    : `Check ${sourceOf(target)} and the network; \`warden doctor\` looks for the reason.`;
}

function sourceOf(target: Target | undefined): string {
  return target === undefined || target.urlFrom === 'default' ? 'WARDEN_URL' : target.urlFrom;
}
