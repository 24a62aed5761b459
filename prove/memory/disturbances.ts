export type Service = 'dynamodb' | 'scheduler' | 'sns' | 'sqs';

/** A call as it arrived, before anything was checked. */
export interface Call {
  service: Service;
  /** For example `PutItem`. */
  operation: string;
  /** The input as on the wire: parsed JSON, or for SNS the fields of the form. */
  input: Readonly<Record<string, unknown>>;
}

/**
 * What happens to a call:
 * - `refused`: nothing, and the connection breaks. The SDK tries it again.
 * - `lost`: it takes effect, and the connection breaks before the reply. The SDK tries it again.
 * - `throttled`: nothing, and the service's own throttling error. The SDK tries it again.
 * - `failed`: nothing, and a 500. The SDK tries it again.
 * - `crashed before`, `crashed after`: nothing, or its effect, and an error that the SDK does not try again: the process
 *   is gone. Answer so to every later call of this process, too.
 */
export type Fault = 'refused' | 'lost' | 'throttled' | 'failed' | 'crashed before' | 'crashed after';

/**
 * The faults to make. Each member is asked when its fault could happen; without the member, or if it returns undefined,
 * nothing goes wrong. The memory AWS itself draws nothing at random except the order of replies to BatchGetItem.
 */
export interface Disturbances {
  /** Asked once for each call that arrives, thus again for each retry of the SDK. */
  fault?(call: Call): Fault | undefined;

  /** Asked after `fault`. The call takes effect when the promise resolves: other calls can overtake it. */
  holds?(call: Call): Promise<unknown> | undefined;

  /**
   * Milliseconds until a write of an item is visible in an index. Writes of one item become visible in their order,
   * writes of different items in any order.
   */
  indexLagMs?(write: { table: string; index: string; key: string }): number | undefined;

  /** How many items one page of Query or Scan reads, at most: pages end early, and with a filter they can be empty. */
  pageRows?(read: { table: string; index?: string }): number | undefined;

  /**
   * Whether an entry of a batch is left out: in UnprocessedKeys or UnprocessedItems of DynamoDB, in Failed of SNS and SQS.
   * If all entries of a batch to DynamoDB are, it is throttled.
   */
  leavesOut?(entry: { service: Service; operation: string; at: number; of: number }): boolean | undefined;

  /**
   * When a timer fires, in milliseconds after its time: negative for early, none for never, several for more than once.
   * Asked when it is created.
   */
  firings?(timer: { name: string; at: number; input: string }): readonly number[] | undefined;

  /**
   * When a queue delivers a message that arrives, in milliseconds after now: several for more than once. A delivery that
   * was not asked for comes even if the message was deleted since.
   */
  deliveries?(message: { queue: string; body: string }): readonly number[] | undefined;
}
