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
 * Writes the audit entry of one request, right before the action. If the action is retried, no second entry is
 * written. Throws a 503 problem if the entry cannot be written: then nothing may be done.
 */
export type Note = (done: Pick<AuditEntry, 'action' | 'subject' | 'workflow'>) => Promise<void>;

/**
 * The audit log, in the registry table: who did what. Every action has an entry. An action that failed has one too; a
 * retried one may have two.
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

  /** Returns the function that writes the audit entry of one request. The workflow defaults to `workflow`. */
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

  /** Deletes entries older than `before` (ms since the epoch), the oldest first, at most `most`. */
  async forget(before: number, most: number): Promise<void> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.name,
        // The names are in order of time.
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

  /** Entries, latest first, starting after `after`; an error for each entry that cannot be read. */
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
