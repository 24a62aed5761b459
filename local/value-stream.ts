import { Stream } from 'node:stream';
import type { Store } from 'dynalite/db/index.js';

/** How much is read at once at most: a page of DynamoDB has 1 MB. */
const mostRows = 1_000;
const mostBytes = 1_048_576;

/**
 * dynalite reads a range through a stream of Node that asks Level for one value at a time: several promises and events
 * for each row, which takes a quarter of the time of a query. Here Level is asked for many values at once.
 *
 * @param fault returns the error to answer a query with whose values cannot be read
 */
export function readManyAtOnce({ db }: Store, fault: (error: Error) => Error): void {
  db.createValueStream = (options) => {
    const iterator = db.values({ ...options, highWaterMarkBytes: mostBytes });
    const stream = new ValueStream();
    const read = async () => {
      try {
        return await iterator.nextv(mostRows);
      } catch (error) {
        return fault(error as Error);
      }
    };
    void stream.emitAll(read).finally(() => iterator.close());
    return stream;
  };
}

/** The parts of a stream that dynalite uses. It takes each row twice from an emitter that is no stream. */
class ValueStream extends Stream {
  #isDestroyed = false;

  /** Called by dynalite when it needs no more. */
  destroy(): void {
    this.#isDestroyed = true;
  }

  async emitAll(read: () => Promise<unknown[] | Error>): Promise<void> {
    while (!this.#isDestroyed) {
      const values = await read();
      if (values instanceof Error) {
        this.emit('error', values);
        return;
      }
      if (values.length === 0) break;
      for (const value of values) {
        if (this.#isDestroyed) return;
        this.emit('data', value);
      }
    }
    this.emit('end');
  }
}
