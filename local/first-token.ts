import { tokenState } from '../core/model/access/token-record.ts';
import { createToken } from '../core/operations/access/create-token.ts';
import type { Ports } from '../core/ports.ts';

const pageTokens = 200;

/**
 * Creates an admin token and shows it, unless there is a valid one. After the last one was revoked, the next start
 * therefore creates another: whoever owns the folder can read and write all of it anyway.
 */
export async function ensureAdminToken(
  service: Pick<Ports, 'tokens' | 'audit' | 'clock'>,
  show: ((token: string) => void) | undefined,
): Promise<void> {
  if (await hasAdminToken(service)) return;
  // Nobody would ever learn the secret.
  if (!show) throw new Error('there is no admin token, and no way to show a first one');
  const request = { name: 'first admin token', scopes: ['admin' as const], workflows: ['*'] };
  const createdBy = 'start';
  const note = service.audit.noteFor(createdBy);
  show((await createToken(service, { request, createdBy, note })).token);
}

async function hasAdminToken({ tokens, clock }: Pick<Ports, 'tokens' | 'clock'>): Promise<boolean> {
  let after: string | undefined;
  do {
    const { records, last } = await tokens.page(after, pageTokens);
    const isGood = records.some(
      (record) =>
        !('error' in record) &&
        record.scopes.includes('admin') &&
        tokenState(record, clock.now()) === 'active',
    );
    if (isGood) return true;
    after = last;
  } while (after !== undefined);
  return false;
}
