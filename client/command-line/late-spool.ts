import type { Delivery, ItemOperation, Send, Spool } from '../spool/spool.ts';

/** A spool in which nothing is kept. It is opened when something must be kept: most runs need none. */
export class LateSpool implements Spool {
  readonly #open: () => Promise<Spool>;
  #spool: Spool | undefined;
  #opening: Promise<Spool> | undefined;

  constructor(open: () => Promise<Spool>) {
    this.#open = open;
  }

  async append(workflow: string, operation: ItemOperation): Promise<void> {
    await (await this.#opened()).append(workflow, operation);
  }

  async deliver(send: Send): Promise<Delivery> {
    return (await this.#opened()).deliver(send);
  }

  has(workflow: string, item: string): boolean {
    return this.#spool?.has(workflow, item) ?? false;
  }

  get size(): number {
    return this.#spool?.size ?? 0;
  }

  async close(): Promise<void> {
    await this.#spool?.close();
  }

  async #opened(): Promise<Spool> {
    if (this.#spool) return this.#spool;
    // Two operations may be kept at the same time. If it cannot be opened now, the next operation tries again.
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    this.#spool ??= await this.#opening;
    return this.#spool;
  }
}
