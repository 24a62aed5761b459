import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Done, Store } from 'dynalite/db/index.js';
import { writeTogether } from './one-write.ts';
import { readManyAtOnce } from './value-stream.ts';

/** What keys of the definitions of tables begin with. */
const definitions = 'table~';
/** From one try to open a store again to the next, in milliseconds. */
const reopenEveryMs = 1_000;

/**
 * A 500 that SDK clients know as a failure of DynamoDB and retry. dynalite sends it for an error with these two
 * members.
 */
const internalError = {
  statusCode: 500,
  body: { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: 'The store has failed' },
};

/**
 * dynalite's store, kept sound when its disk is not. dynalite throws an error of its store where nobody can catch it,
 * and LevelDB, once a write has failed, may put later writes where a restart does not find them. So an error becomes a
 * 500, and nothing more is read or written until the store is closed and opened again: opening drops the half-written
 * end.
 *
 * Reads are synchronous: they take microseconds, and a way through Node's thread pool takes ten times as long.
 */
export class TableStore {
  readonly #store: Store;
  readonly #onFault: (error: Error) => void;
  /** Of tables, by key: dynalite reads them at each call. */
  readonly #definitions = new Map<string, unknown>();
  #isFaulty = false;
  #underWay = 0;
  #reopened: Promise<void> | undefined;
  #triedAt = Number.NEGATIVE_INFINITY;

  /** @param onFault called with each error of the store */
  constructor(store: Store, onFault: (error: Error) => void) {
    this.#store = store;
    this.#onFault = onFault;
    this.#readAtOnce();
    readManyAtOnce(store, (error) => this.#fault(error));
    writeTogether(store);
    this.#answerErrors();
    this.#forgetChanged();
  }

  /** Lets the server answer the request, or answers 500 as long as the store cannot be opened again. */
  async pass(serve: () => void, response: ServerResponse): Promise<void> {
    if (this.#isFaulty) await this.#reopen();
    if (this.#isFaulty) {
      response.writeHead(500, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(internalError.body));
      return;
    }
    this.#underWay++;
    response.once('close', () => this.#underWay--);
    serve();
  }

  async close(): Promise<void> {
    // The writes gathered in this turn are written first.
    await setImmediate();
    await this.#store.lifecycleManager.gracefulClose();
  }

  #readAtOnce(): void {
    const { db } = this.#store;
    const { get } = db;
    db.get = (...given) => {
      const [key, done] = given as [string, Done];
      // Level keeps calls for later while it is opening.
      if (db.status !== 'open' || typeof done !== 'function') return get(...given);
      let value: unknown;
      try {
        value = this.#definitions.get(key) ?? db.getSync(key);
        if (key.startsWith(definitions)) this.#definitions.set(key, value);
      } catch (error) {
        return done(error as Error);
      }
      return done(null, value);
    };
  }

  #answerErrors(): void {
    const { db } = this.#store;
    for (const name of ['put', 'get', 'del', 'batch'] as const) {
      const call = db[name];
      db[name] = (...given) => {
        const done = given.at(-1);
        // Level calls itself without a callback when it is still opening.
        if (typeof done !== 'function') return call(...given);
        return call(...given.slice(0, -1), (error: Error | null, value: unknown) =>
          done(error && this.#fault(error), value),
        );
      };
    }
  }

  /** Before and after the change: it may be read in between. */
  #forgetChanged(): void {
    const { db } = this.#store;
    for (const name of ['put', 'del'] as const) {
      const change = db[name];
      db[name] = (...given) => {
        const [key, done] = [given[0] as string, given.at(-1)];
        if (typeof done !== 'function' || !key.startsWith(definitions)) return change(...given);
        this.#definitions.delete(key);
        return change(...given.slice(0, -1), (...result: unknown[]) => {
          this.#definitions.delete(key);
          done(...result);
        });
      };
    }
  }

  #fault(error: Error): Error {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'LEVEL_NOT_FOUND' || !code?.startsWith('LEVEL_')) return error;
    this.#isFaulty = true;
    this.#onFault(error);
    return Object.assign(error, internalError);
  }

  /** One try at a time, and none while requests are under way: they would find the store closed. */
  #reopen(): Promise<void> {
    if (this.#underWay > 0 || performance.now() - this.#triedAt < reopenEveryMs) return Promise.resolve();
    this.#reopened ??= this.#closeAndOpen().finally(() => {
      this.#triedAt = performance.now();
      this.#reopened = undefined;
    });
    return this.#reopened;
  }

  async #closeAndOpen(): Promise<void> {
    const { db } = this.#store;
    try {
      await db.close._original();
      await db.open();
      this.#isFaulty = false;
    } catch (error) {
      this.#onFault(error as Error);
    }
  }
}
