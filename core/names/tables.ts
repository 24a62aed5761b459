/*
 * Keys and indexes of both tables, for the service, the stack and the laptop. Without imports, so that an app that embeds
 * the stack loads nothing for them.
 */

/** The items table: open items and receipts, by workflow shard and id. */
export const itemsKeys = { partition: 'pk', sort: 'item' } as const;

/**
 * The only index of the items table: open items by workflow, state and shard, in order of `time`. A completed item
 * has no `queue` and so is not in the index. `projected` has the attributes that counting needs besides the keys: a
 * change of any other attribute costs no write to the index (docs/adr/0022).
 */
export const byTime = {
  name: 'by-time',
  partition: 'queue',
  sort: 'time',
  projected: ['attempt', 'since'],
} as const;

/** Seconds since the epoch after which DynamoDB may delete a receipt. */
export const expiryAttribute = 'expiresAt';

/** The registry table: small records that are read often. */
export const registryKeys = { partition: 'kind', sort: 'name' } as const;
