import { withAge } from './age.ts';
import { fateOf, isAboutWorkflow } from './answer.ts';
import { lanesOf, nextBatch } from './batches.ts';
import { isOverdueOnArrival } from './overdue.ts';
import type { Damage, ItemOperation, ItemResult, NamedItem, Refused, Send } from './spool.ts';
import { itemKey, type KeptOperation } from './spool-record.ts';
import type { TakenFile } from './taken-file.ts';

/** The parts that a delivery works with. */
export interface DeliveryParts {
  send: Send;
  /** Takes the files that were appended since the last call. */
  take: () => Promise<TakenFile[]>;
  /** Keeps refused operations for people. Resolves when they are on the disk. */
  keepRefused: (refused: readonly Refused[]) => Promise<void>;
  /** Called with operations that are no longer kept. Resolves when their removal is on the disk. */
  onSettled: (ids: readonly string[]) => Promise<void>;
  onDamaged: (damage: Damage) => void;
  now: () => number;
}

export interface Delivered {
  delivered: number;
  refused: Refused[];
  /** Items whose registrations arrived after their deadlines. */
  overdue: NamedItem[];
  /** What is still kept. */
  kept: KeptOperation[];
  error?: unknown;
}

interface Entry extends KeptOperation {
  file: TakenFile;
}

/** One delivery: sends kept operations until none remains that can be sent now. */
export class RunningDelivery {
  readonly #parts: DeliveryParts;
  readonly #files: TakenFile[] = [];
  /** Items and workflows with an operation that is sent later: no other operation of them may overtake it. */
  readonly #blocked = new Set<string>();
  readonly #delivered: Omit<Delivered, 'kept'> = { delivered: 0, refused: [], overdue: [] };
  #isOver = false;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Throws if the folder cannot be read or written. */
  async run(): Promise<Delivered> {
    let sent = true;
    while (sent && !this.#isOver) {
      await this.#take();
      const lanes = lanesOf(this.#kept().filter((entry) => this.#maySend(entry)));
      sent = lanes.length > 0;
      // All lanes end before an error is thrown: nothing is sent after the delivery has ended.
      const ended = await Promise.allSettled(lanes.map((lane) => this.#sendLane(lane)));
      for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
    }
    const kept = this.#kept().map(({ file, ...operation }) => operation);
    return { ...this.#delivered, kept };
  }

  async #take(): Promise<void> {
    const taken = await this.#parts.take();
    this.#files.push(...taken);
    const withoutOperations = taken.filter(({ kept }) => kept.size === 0);
    for (const file of withoutOperations) this.#report(await file.settle([]));
  }

  /** Everything that is not settled, in order of time. Operations of one process have rising times. */
  #kept(): Entry[] {
    const entries = this.#files.flatMap((file) => [...file.kept.values()].map((kept) => ({ ...kept, file })));
    return entries.sort((a, b) => a.at - b.at);
  }

  async #sendLane(lane: readonly Entry[]): Promise<void> {
    try {
      let from = 0;
      while (from < lane.length && !this.#isOver) {
        const { batch, rest } = nextBatch(lane, from, (entry) => this.#maySend(entry));
        from = rest;
        if (batch.length > 0) await this.#sendBatch(batch);
      }
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
  }

  async #sendBatch(batch: readonly Entry[]): Promise<void> {
    const workflow = batch[0]?.workflow ?? '';
    const now = this.#parts.now();
    const sent = batch.map(({ operation, at }) => withAge(operation, now - at));
    let results: readonly ItemResult[];
    try {
      results = await this.#parts.send(workflow, sent);
      if (results.length !== batch.length) {
        throw new Error(`the warden returned ${results.length} results for ${batch.length} operations`);
      }
    } catch (error) {
      this.#delivered.error ??= error;
      if (isAboutWorkflow(error)) this.#blocked.add(workflow);
      else this.#isOver = true;
      return;
    }
    await this.#settle(batch, sent, results);
  }

  async #settle(
    batch: readonly Entry[],
    sent: readonly ItemOperation[],
    results: readonly ItemResult[],
  ): Promise<void> {
    const now = this.#parts.now();
    const settled = new Map<TakenFile, string[]>();
    const refused: Refused[] = [];
    const overdue: NamedItem[] = [];
    for (const [index, { id, file, workflow, operation }] of batch.entries()) {
      const result = results[index] as ItemResult;
      const fate = fateOf(result);
      if (fate === 'kept') this.#blocked.add(itemKey(workflow, operation.item));
      else settled.set(file, [...(settled.get(file) ?? []), id]);
      if (fate === 'refused') refused.push({ workflow, operation, result });
      const { item } = operation;
      if (isOverdueOnArrival(sent[index] as ItemOperation, result, now)) overdue.push({ workflow, item });
    }
    // They are kept before they are settled: after a crash in between they are refused again, and none is lost.
    if (refused.length > 0) await this.#parts.keepRefused(refused);
    for (const [file, ids] of settled) this.#report(await file.settle(ids));
    const ids = [...settled.values()].flat();
    await this.#parts.onSettled(ids);
    this.#delivered.refused.push(...refused);
    this.#delivered.overdue.push(...overdue);
    this.#delivered.delivered += ids.length - refused.length;
  }

  #maySend({ workflow, operation }: Entry): boolean {
    return !this.#blocked.has(workflow) && !this.#blocked.has(itemKey(workflow, operation.item));
  }

  #report(damages: readonly Damage[]): void {
    for (const damage of damages) this.#parts.onDamaged(damage);
  }
}
