import type { Caller } from './caller.ts';
import { dataText, itemName } from './outage-items.ts';

/** The changes of an item while others read. `extend` moves it in the order of deadlines. */
export type Change = 'register' | 'complete' | 'step' | 'tag' | 'fail' | 'restart' | 'extend';

/** Changes of each kind in one round. */
export const changesOfEachKind = 3;

/** A client that registers, changes and completes items of a workflow, and knows which items there are. */
export class ChangingItems {
  /** Items that exist. */
  readonly live = new Set<number>();
  /** Items that were completed since this was emptied. */
  readonly completed = new Set<number>();
  readonly #caller: Caller;
  readonly #workflow: string;
  readonly #random: () => number;
  readonly #failed = new Set<number>();
  #next: number;

  constructor(
    caller: Caller,
    { workflow, items, random }: { workflow: string; items: number; random: () => number },
  ) {
    this.#caller = caller;
    this.#workflow = workflow;
    this.#random = random;
    this.#next = items;
    for (let index = 0; index < items; index++) this.live.add(index);
  }

  /** One batch with these kinds of changes, each of another item. */
  async change(kinds: readonly Change[]): Promise<void> {
    const touched = new Set<number>();
    const created: number[] = [];
    const ended: number[] = [];
    const operations: string[] = [];
    for (const kind of kinds.flatMap((one) => Array<Change>(changesOfEachKind).fill(one))) {
      const index = kind === 'register' ? this.#next++ : this.#pick(touched, kind);
      if (index === undefined) continue;
      touched.add(index);
      operations.push(operation(kind, index));
      if (kind === 'register') created.push(index);
      if (kind === 'complete') ended.push(index);
      if (kind === 'fail') this.#failed.add(index);
      if (kind === 'restart') this.#failed.delete(index);
    }
    // Before the reply the items may exist or not.
    for (const index of ended) {
      this.live.delete(index);
      this.completed.add(index);
    }
    const body = `{"operations":[${operations.join(',')}]}`;
    const { text } = await this.#caller.send('POST', `/v1/workflows/${this.#workflow}/batch`, body);
    const refused = (JSON.parse(text).results as { status: number }[]).filter(({ status }) => status >= 300);
    if (refused.length > 0) throw new Error(`changes were refused: ${JSON.stringify(refused)}`);
    for (const index of created) this.live.add(index);
  }

  /** An existing item: a failed one if it is to be restarted, otherwise a waiting one. */
  #pick(touched: ReadonlySet<number>, kind: Change): number | undefined {
    if (kind === 'restart') return [...this.#failed].find((index) => !touched.has(index));
    for (;;) {
      const index = Math.floor(this.#random() * this.#next);
      if (this.live.has(index) && !touched.has(index) && !this.#failed.has(index)) return index;
    }
  }
}

function operation(kind: Change, index: number): string {
  const item = JSON.stringify(itemName(index));
  const registration = `"op":"register","item":${item},"timeout":86400,"data":${dataText(index)}`;
  switch (kind) {
    case 'register':
      return `{${registration}}`;
    case 'restart':
      return `{${registration},"restart":true}`;
    case 'complete':
      return `{"op":"complete","item":${item}}`;
    case 'step':
      return `{"op":"progress","item":${item},"step":"copied"}`;
    case 'tag':
      return `{"op":"progress","item":${item},"tags":{"seen":"yes"}}`;
    case 'extend':
      return `{"op":"progress","item":${item},"timeout":"P2D"}`;
    case 'fail':
      return `{"op":"progress","item":${item},"failed":{"reason":"disk full"}}`;
  }
}
