import { TokenRecord } from '../../model/access/token-record.ts';
import { noteUseMs } from '../../names/clockwork.ts';
import { RegistryEnvironment } from '../../names/environment.ts';
import { registryKinds } from '../../names/registry-kinds.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';
import {
  connectEntries,
  type Entries,
  entryAttributes,
  putEntry,
  readEntry,
  type Unreadable,
  updateEntry,
} from './entries.ts';
import { pageOfEntries } from './entry-pages.ts';

const kind = registryKinds.token;

/** Tokens, in the registry table. Nothing is cached: a revocation holds at once. */
export class TokensTable {
  static readonly environment = RegistryEnvironment;
  readonly #entries: Entries;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  static connect(environment: RegistryEnvironment, _: Running, clients: Clients): TokensTable {
    return new TokensTable(connectEntries(environment, clients));
  }

  /** Writes a new token. False if a token with this id exists already. */
  async insert(record: TokenRecord): Promise<boolean> {
    return putEntry(this.#entries, record, ['attribute_not_exists(#kind)']);
  }

  async read(id: string): Promise<TokenRecord | undefined> {
    return readEntry(this.#entries, TokenRecord, kind, id);
  }

  /** Whether the token is revoked, even if its record cannot be read; undefined if there is no such token. */
  async isRevoked(id: string): Promise<boolean | undefined> {
    const found = await entryAttributes(this.#entries, kind, id);
    return found && found.revokedAt !== undefined;
  }

  /** Revokes a token for good; a repeat keeps the first time. False if there is no such token. */
  async revoke(id: string, at: string): Promise<boolean> {
    return updateEntry(this.#entries, kind, id, {
      set: {},
      actions: ['#revokedAt = if_not_exists(#revokedAt, :at)'],
      values: { at },
      conditions: ['attribute_exists(#kind)'],
    });
  }

  async noteUse(id: string, at: string): Promise<void> {
    const update = { set: { lastUsedAt: at }, conditions: ['attribute_exists(#kind)'] };
    await updateEntry(this.#entries, kind, id, update, AbortSignal.timeout(noteUseMs));
  }

  /** Tokens by id, starting after `after`. */
  async page(
    after: string | undefined,
    limit: number,
  ): Promise<{ records: (TokenRecord | Unreadable)[]; last: string | undefined }> {
    return pageOfEntries(this.#entries, TokenRecord, kind, { after, limit });
  }
}
