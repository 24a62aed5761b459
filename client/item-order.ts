/** Calls on one item, one after the other in the order in which they were made. Calls on other items do not wait. */
export class ItemOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  run<Value>(workflow: string, item: string, call: () => Promise<Value>): Promise<Value> {
    const key = `${workflow}/${item}`;
    const value = this.#last.get(key)?.then(call) ?? call();
    // The next call begins whether this one succeeds or fails.
    const ended = value.then(
      () => {},
      () => {},
    );
    this.#last.set(key, ended);
    void ended.then(() => {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    });
    return value;
  }

  /** Resolves when the calls made so far have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#last.values());
  }
}
