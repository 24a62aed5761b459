/** The operations that this process has appended and that are still kept. */
export class OwnOperations {
  readonly #items = new Map<string, string>();
  /** The operations of this process that are in a file. */
  readonly #written = new Set<string>();
  readonly #countOfItem = new Map<string, number>();

  get size(): number {
    return this.#items.size;
  }

  /** @param item as `itemKey` names it */
  add(id: string, item: string): void {
    this.#items.set(id, item);
    this.#countOfItem.set(item, (this.#countOfItem.get(item) ?? 0) + 1);
  }

  wasWritten(id: string): void {
    if (this.#items.has(id)) this.#written.add(id);
  }

  remove(id: string): void {
    const item = this.#items.get(id);
    if (item === undefined) return;
    this.#items.delete(id);
    this.#written.delete(id);
    const left = (this.#countOfItem.get(item) ?? 1) - 1;
    if (left === 0) this.#countOfItem.delete(item);
    else this.#countOfItem.set(item, left);
  }

  has(id: string): boolean {
    return this.#items.has(id);
  }

  hasItem(item: string): boolean {
    return this.#countOfItem.has(item);
  }

  get written(): string[] {
    return [...this.#written];
  }
}
