import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Clock } from '../../clock.ts';
import { CanaryState, Heartbeat, type WardenOutage } from '../../model/warden/warden-state.ts';
import { heartbeatCachedMs } from '../../names/clockwork.ts';
import { registryKinds } from '../../names/registry-kinds.ts';
import { type ConditionalUpdate, updateExpression } from '../expression.ts';
import { unlessConditionLost } from '../lost-condition.ts';

/** The warden's own state, in the registry table. */
export class WardenState {
  readonly client: DynamoDBClient;
  readonly name: string;
  readonly #clock: Clock;
  #heartbeat: { read: Heartbeat | undefined; until: number } | undefined;

  constructor(client: DynamoDBClient, name: string, clock: Clock) {
    this.client = client;
    this.name = name;
    this.#clock = clock;
  }

  /** Up to 5 s old. Undefined if no sweep has run yet. */
  async heartbeat(): Promise<Heartbeat | undefined> {
    if (this.#heartbeat && this.#clock.now() < this.#heartbeat.until) return this.#heartbeat.read;
    const Item = await this.#read('heartbeat');
    const read = Item && z.parse(Heartbeat, Item);
    this.#heartbeat = { read, until: this.#clock.now() + heartbeatCachedMs };
    return read;
  }

  /** Records that a sweep has ended. */
  async recordSweep(sweptAt: string, sweptTo: string | undefined): Promise<void> {
    // An empty name sorts before all others: the next sweep starts at the beginning.
    await this.#update('heartbeat', { set: { sweptAt, sweptTo: sweptTo ?? '' }, conditions: [] });
  }

  /** Records an outage, unless a sweep has run since or somebody else has recorded it. */
  async recordOutage(outage: WardenOutage): Promise<boolean> {
    return this.#update('heartbeat', {
      set: { outage },
      conditions: ['#sweptAt = :from', '(attribute_not_exists(#outage) OR #outage.#from <> :from)'],
      values: { from: outage.from },
    });
  }

  async canary(): Promise<CanaryState | undefined> {
    const Item = await this.#read('canary');
    return Item && z.parse(CanaryState, Item);
  }

  async recordCanary(item: string, armedAt: string): Promise<void> {
    await this.#update('canary', {
      set: { item, armedAt },
      actions: ['#firstArmedAt = if_not_exists(#firstArmedAt, :first)'],
      values: { first: armedAt },
      conditions: [],
    });
  }

  async recordCanarySeen(seenAt: string, delayMs: number): Promise<void> {
    await this.#update('canary', { set: { seenAt, delayMs }, conditions: ['attribute_exists(#item)'] });
  }

  async #read(name: string): Promise<Record<string, unknown> | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.name, Key: key(name), ConsistentRead: true }),
    );
    return Item && unmarshall(Item);
  }

  async #update(name: string, update: ConditionalUpdate): Promise<boolean> {
    if (name === 'heartbeat') this.#heartbeat = undefined;
    const call = { TableName: this.name, Key: key(name), ...updateExpression(update) };
    return (await unlessConditionLost(this.client.send(new UpdateItemCommand(call)))) !== undefined;
  }
}

function key(name: string) {
  return { kind: { S: registryKinds.warden }, name: { S: name } };
}
