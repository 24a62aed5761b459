import type { Asked } from '../ledger.ts';
import { workflowName } from '../world/names.ts';
import type { Broken, Evidence } from './evidence.ts';
import { at } from './times.ts';

/** API Gateway caches the answer about a token for this long, in milliseconds. */
const keptMs = 60_000;
const scopes: Record<string, string> = { read: 'read', progress: 'ingest', complete: 'ingest' };

/** P9: a token allows its scopes until it is revoked, and nothing from a minute after that. */
export function access({ ledger }: Evidence): Broken[] {
  const { asked } = ledger;
  return asked.flatMap((use): Broken[] => {
    const { request, token, reply } = use;
    if (!('withToken' in request) || token === undefined || reply === undefined) return [];
    const broken = (text: string): Broken[] => [
      { promise: 'P9', kind: 'wrong', text: `request ${use.number} at ${at(use.at)} ${text}` },
    ];
    const isOf = (one: Asked) => one.request.ask === 'revoke token' && one.token === token;
    const revoked = asked.find((one) => isOf(one) && one.reply?.status === 204);
    if (revoked && use.at > revoked.end + keptMs && reply.status < 400)
      return broken(`was answered ${reply.status}, and its token was revoked at ${at(revoked.end)}`);
    const created = asked.find(({ reply: made }) => made?.json?.id === token);
    if (created?.request.ask !== 'create token') return [];
    const isAllowed =
      created.request.scopes.some((scope) => scope === scopes[request.ask]) &&
      created.reply?.json.workflows.includes(workflowName(request.workflow));
    if (!isAllowed && reply.status < 400) return broken('was carried out, and its token does not allow it');
    const mayBeRevoked = asked.some((one) => isOf(one) && one.at <= use.end);
    if (isAllowed && !mayBeRevoked && [401, 403].includes(reply.status))
      return broken(`was answered ${reply.status}, and its token allows it`);
    return [];
  });
}
