import type { Around } from '../around.ts';
import { AwsError } from '../aws-error.ts';
import { jsonError, jsonReply, operationOf, readJson } from '../json-protocol.ts';
import type { Server } from '../memory-transport.ts';
import { Batches } from './batches.ts';
import { checkMembers } from './inputs.ts';
import { Pages } from './pages.ts';
import { SingleItems } from './single-item.ts';
import { Tables } from './table.ts';
import { TableDefinitions } from './table-definitions.ts';

type Operation = (input: never) => object;

/** DynamoDB in memory: the operations that the warden and its tests use. */
export class DynamoDB implements Server {
  readonly service = 'dynamodb';
  readonly throttling = new AwsError('ProvisionedThroughputExceededException', 'The call is throttled');
  readonly failure = new AwsError('InternalServerError', 'The service has failed', 500);
  readonly read = readJson;
  readonly reply = jsonReply;
  readonly #tables = new Tables();
  readonly #operations: Record<string, Operation>;

  constructor(around: () => Around) {
    const items = new SingleItems(this.#tables);
    const pages = new Pages(this.#tables, around);
    const batches = new Batches(this.#tables, around);
    const definitions = new TableDefinitions(this.#tables, around);
    this.#operations = {
      GetItem: (input) => items.get(input),
      PutItem: (input) => items.put(input),
      DeleteItem: (input) => items.delete(input),
      UpdateItem: (input) => items.update(input),
      Query: (input) => pages.query(input),
      Scan: (input) => pages.scan(input),
      BatchGetItem: (input) => batches.get(input),
      BatchWriteItem: (input) => batches.write(input),
      CreateTable: (input) => definitions.create(input),
      DescribeTable: (input) => definitions.describe(input),
      DeleteTable: (input) => definitions.delete(input),
      ListTables: () => definitions.list(),
    };
  }

  run(operation: string, input: object): object {
    const run = operationOf(this.#operations, operation);
    checkMembers(operation, input);
    return run(input as never);
  }

  error(error: AwsError) {
    return jsonError(error, 'com.amazonaws.dynamodb.v20120810');
  }

  /** Deletes the items whose attribute, in seconds since the epoch, has passed. Returns how many. */
  deleteExpired(attribute: string, now: number): number {
    let deleted = 0;
    for (const table of this.#tables.all()) {
      for (const partition of table.rows.partitions()) {
        for (const item of [...table.rows.range(partition, {})]) {
          const expiresAt = item[attribute]?.N;
          if (expiresAt === undefined || Number(expiresAt) > now / 1000) continue;
          table.delete(item);
          deleted++;
        }
      }
    }
    return deleted;
  }

  /** Empties the tables, which stay. */
  clear(): void {
    for (const table of this.#tables.all()) table.clear();
  }
}
