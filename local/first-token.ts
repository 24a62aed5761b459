import { openCaller } from '../core/lambda/caller.ts';
import { type TokenRecord, tokenState } from '../core/model/access/token-record.ts';
import { createToken } from '../core/operations/access/create-token.ts';
import { revokeToken } from '../core/operations/access/revoke-token.ts';
import type { Ports } from '../core/ports.ts';

type Service = Pick<Ports, 'tokens' | 'audit' | 'clock'>;

const pageTokens = 200;
const startedBy = 'start';

/**
 * Revokes the tokens that were created while the service was open: anybody who could reach it then, even a web page,
 * could have made such a token and would now be its admin. For a service that requires tokens, before it listens.
 * Returns how many were revoked.
 */
export async function revokeOpenTokens(service: Service): Promise<number> {
  const made = madeOpenly(await activeTokens(service));
  const note = service.audit.noteFor(startedBy);
  for (const { name } of made) await revokeToken(service, { token: name, note });
  return made.size;
}

/**
 * Creates an admin token and shows it, unless there is a valid one. After the last one was revoked, the next start
 * therefore creates another: the owner of the folder can read and write all of it anyway.
 */
export async function ensureAdminToken(
  service: Service,
  show: ((token: string) => void) | undefined,
): Promise<void> {
  const active = await activeTokens(service);
  if (active.some(({ scopes }) => scopes.includes('admin'))) return;
  // Nobody would ever know it.
  if (!show) throw new Error('there is no admin token, and no way to show a first one');
  const request = { name: 'first admin token', scopes: ['admin' as const], workflows: ['*'] };
  const note = service.audit.noteFor(startedBy);
  show((await createToken(service, { request, createdBy: startedBy, note })).token);
}

/** The tokens created by an open service, and the tokens created with one of them. */
function madeOpenly(tokens: readonly TokenRecord[]): Set<TokenRecord> {
  const makers = new Set([openCaller.by]);
  const made = new Set<TokenRecord>();
  for (let before = -1; before < made.size; ) {
    before = made.size;
    for (const token of tokens) {
      if (!makers.has(token.createdBy)) continue;
      made.add(token);
      makers.add(token.name);
    }
  }
  return made;
}

async function activeTokens({ tokens, clock }: Service): Promise<TokenRecord[]> {
  const active: TokenRecord[] = [];
  let after: string | undefined;
  do {
    const { records, last } = await tokens.page(after, pageTokens);
    for (const record of records) {
      if (!('error' in record) && tokenState(record, clock.now()) === 'active') active.push(record);
    }
    after = last;
  } while (after !== undefined);
  return active;
}
