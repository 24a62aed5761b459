import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Clock } from '../../clock.ts';
import type { AuditEntry } from '../../contract/audit.ts';
import { instant } from '../../contract/time.ts';
import { AuditRecord } from '../../model/access/audit-record.ts';
import { timeOrderedId } from '../../model/time-ordered-id.ts';
import { registryKinds } from '../../names/registry-kinds.ts';
import { ProblemError } from '../../problem-error.ts';

/**
 * Writes the entry of one request, right before what it asks for is tried; when that is tried again it writes no other.
 * Throws a 503 problem when the entry cannot be written: nothing may be done then.
 */
export type Note = (done: Pick<AuditEntry, 'action' | 'subject' | 'workflow'>) => Promise<void>;

/**
 * Who did what, in the registry table. An entry is written before anything is done: nothing is ever done without one,
 * what then failed has one too, and what was tried again may have two.
 */
export class AuditLog {
  readonly client: DynamoDBClient;
  readonly name: string;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, name: string, clock: Clock) {
    this.client = client;
    this.name = name;
    this.#clock = clock;
  }

  async record(entry: Omit<AuditEntry, 'at'>): Promise<void> {
    const now = this.#clock.now();
    const record: AuditRecord = {
      kind: registryKinds.audit,
      name: timeOrderedId(now),
      at: instant(now),
      ...entry,
    };
    await this.client.send(
      new PutItemCommand({ TableName: this.name, Item: marshall(record, { removeUndefinedValues: true }) }),
    );
  }

  /** Notes what one caller does, of this workflow if not of another. */
  noteFor(by: string, workflow?: string): Note {
    let isNoted = false;
    return async (done) => {
      if (isNoted) return;
      await this.record({ by, ...(workflow !== undefined && { workflow }), ...done }).catch(
        (cause: unknown) => {
          const detail = 'the entry in the audit log could not be written, so nothing was done; try again';
          throw new ProblemError('unavailable', detail, { cause });
        },
      );
      isNoted = true;
    };
  }

  /** Removes entries from before that time, in ms since the epoch: the oldest, `most` at a time. */
  async forget(before: number, most: number): Promise<void> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.name,
        // Their names order by time.
        KeyConditionExpression: '#kind = :kind AND #name < :name',
        ExpressionAttributeNames: { '#kind': 'kind', '#name': 'name' },
        ExpressionAttributeValues: {
          ':kind': { S: registryKinds.audit },
          ':name': { S: timeOrderedId(before) },
        },
        ProjectionExpression: '#kind, #name',
        Limit: most,
      }),
    );
    await Promise.all(
      Items.map((Key) => this.client.send(new DeleteItemCommand({ TableName: this.name, Key }))),
    );
  }

  /** Entries, the latest first, from the one after `after` on; an error for each that cannot be read. */
  async page(
    after: string | undefined,
    limit: number,
  ): Promise<{ records: (AuditRecord | Error)[]; last: string | undefined }> {
    const reply = await this.client.send(
      new QueryCommand({
        TableName: this.name,
        KeyConditionExpression: '#kind = :kind',
        ExpressionAttributeNames: { '#kind': 'kind' },
        ExpressionAttributeValues: { ':kind': { S: registryKinds.audit } },
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: limit,
        ...(after !== undefined && {
          ExclusiveStartKey: { kind: { S: registryKinds.audit }, name: { S: after } },
        }),
      }),
    );
    const records = (reply.Items ?? []).map((attributes): AuditRecord | Error => {
      const parsed = z.safeParse(AuditRecord, unmarshall(attributes));
      return parsed.success ? parsed.data : parsed.error;
    });
    return { records, last: reply.LastEvaluatedKey?.name?.S };
  }
}
