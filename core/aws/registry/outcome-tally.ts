import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { IncidentOutcomes } from '../../contract/incident.ts';
import { RegistryEnvironment } from '../../names/environment.ts';
import { registryKinds, shardedKind } from '../../names/registry-kinds.ts';
import type { Running } from '../../running.ts';
import { valuesOf } from '../attributes.ts';
import { LeftOut, readBatch } from '../batch-read.ts';
import type { Clients } from '../clients.ts';
import { connectEntries, deleteEntry, type Entries, updateEntry } from './entries.ts';

const shards = 8;
const name = 'outcomes';
const Count = z.optional(z.number());
const TallyRecord = z.object({
  completedLate: Count,
  restarted: Count,
  redriven: Count,
  discarded: Count,
  recovered: Count,
  begunLate: Count,
});

/**
 * Outcomes of the items of an incident, counted in the registry table. After an outage thousands of items can be
 * completed at once, more writes than one DynamoDB item takes, so eight records share the counts. People read these
 * counts, but nothing is decided by them: a crash between an item's completion and its count loses the count.
 */
export class OutcomeTally {
  static readonly environment = RegistryEnvironment;
  readonly #entries: Entries;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  static connect(environment: RegistryEnvironment, _: Running, clients: Clients): OutcomeTally {
    return new OutcomeTally(connectEntries(environment, clients));
  }

  async add(incident: string, item: string, outcome: keyof IncidentOutcomes, count = 1): Promise<void> {
    const shard = createHash('sha256').update(item).digest().readUInt8(0) % shards;
    await updateEntry(this.#entries, kindOf(incident, shard), name, {
      set: {},
      actions: [`#${outcome} = if_not_exists(#${outcome}, :none) + :count`],
      conditions: [],
      values: { none: 0, count },
    });
  }

  /** Removes the counts of an incident. */
  async forget(incident: string): Promise<void> {
    for (let shard = 0; shard < shards; shard++) {
      await deleteEntry(this.#entries, kindOf(incident, shard), name);
    }
  }

  async read(incident: string): Promise<IncidentOutcomes> {
    const sum: IncidentOutcomes = { completedLate: 0, restarted: 0, redriven: 0, discarded: 0 };
    const outcomes = Object.keys(TallyRecord.shape) as (keyof IncidentOutcomes)[];
    const keys = Array.from({ length: shards }, (_, shard) => ({
      kind: { S: kindOf(incident, shard) },
      name: { S: name },
    }));
    const { client, table } = this.#entries;
    const { found, left } = await readBatch(client, table, keys, {});
    if (left.length > 0) throw new LeftOut();
    for (const attributes of found) {
      const counts = z.parse(TallyRecord, valuesOf(attributes));
      for (const outcome of outcomes) {
        const count = counts[outcome];
        if (count !== undefined) sum[outcome] = (sum[outcome] ?? 0) + count;
      }
    }
    // A crash can lose a count that a later count subtracts again.
    for (const outcome of outcomes) {
      const count = sum[outcome];
      if (count !== undefined) sum[outcome] = Math.max(0, count);
    }
    return sum;
  }
}

function kindOf(incident: string, shard: number): string {
  return shardedKind(registryKinds.tally, incident, shard);
}
