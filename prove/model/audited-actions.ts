import type { AuditAction } from '../../core/contract/audit.ts';
import type { Request } from '../history/request.ts';
import type { Asked } from '../ledger.ts';
import { settingsSet } from './audited-settings.ts';
import { mostSkewMs } from './times.ts';

const actions: Partial<Record<Request['ask'], AuditAction>> = {
  settings: 'settings-saved',
  'change settings': 'settings-saved',
  'remove workflow': 'workflow-removed',
  silence: 'silence-set',
  'end silence': 'silence-ended',
  acknowledge: 'incident-acknowledged',
  redrive: 'redrive-started',
  discard: 'discard-started',
  'create token': 'token-created',
  'revoke token': 'token-revoked',
};
const changes = { pause: 'redrive-paused', continue: 'redrive-continued', abort: 'redrive-aborted' } as const;

/** The actions of a request in the audit log; none if it changes nothing that is audited. */
export function actionsOf({ request }: Pick<Asked, 'request'>): AuditAction[] {
  if (request.ask === 'change redrive')
    return [
      changes[request.action],
      ...(request.rate === undefined ? [] : ['redrive-rate-changed' as const]),
    ];
  if (request.ask === 'discard' && request.token === undefined) return [];
  const action = actions[request.ask];
  return action === undefined ? [] : [action];
}

/** The id of the token, incident, redrive or discard, if the caller knows it. */
export function subjectOf({ request, reply, token }: Asked): string | undefined {
  switch (request.ask) {
    case 'revoke token':
      return token;
    case 'discard':
      return request.token;
    case 'create token':
    case 'redrive':
    case 'change redrive':
    case 'acknowledge':
      return reply?.json?.id;
    default:
      return undefined;
  }
}

/** Whether the reply shows that somebody made this change, now or with an earlier request. */
export function isDoneBy(one: Asked): boolean {
  const { request, reply } = one;
  if (reply === undefined || reply.status >= 300 || actionsOf(one).length === 0) return false;
  switch (request.ask) {
    // A workflow has no settings until somebody saves them.
    case 'settings':
    case 'change settings':
      return reply.status === 201 || settingsSet(one).length > 0;
    // There may have been nothing to end or to continue.
    case 'end silence':
      return false;
    case 'change redrive':
      return request.action !== 'continue';
    default:
      return true;
  }
}

/** Whether a change that was made cannot be the repeat of an earlier one, so that it has an entry of its own. */
export function isOwn(one: Asked, ofWorkflow: readonly Asked[]): boolean {
  const { request, reply } = one;
  switch (request.ask) {
    case 'settings':
      return reply?.status === 201;
    // The same silence again changes nothing.
    case 'silence':
      return !ofWorkflow.some((other) => other !== one && isSameSilence(one, other));
    case 'remove workflow':
    case 'redrive':
    case 'create token':
      return true;
    default:
      return false;
  }
}

/** Whether two silences may end at the same time. */
function isSameSilence(...both: [Asked, Asked]): boolean {
  const [one, other] = both.map(({ request, at, end }) =>
    request.ask === 'silence'
      ? { from: at + request.for * 1_000 - mostSkewMs, to: end + request.for * 1_000 + mostSkewMs }
      : undefined,
  );
  return one !== undefined && other !== undefined && one.from <= other.to && other.from <= one.to;
}
