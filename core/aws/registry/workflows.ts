import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Clock } from '../../clock.ts';
import type { Silence } from '../../contract/silence.ts';
import { instant } from '../../contract/time.ts';
import type { WorkflowSettings } from '../../contract/workflow.ts';
import { covers } from '../../model/access/permission.ts';
import {
  type WorkflowRecord,
  WorkflowRecord as WorkflowRecordSchema,
} from '../../model/workflow/workflow-record.ts';
import type { RegistryEnvironment } from '../../names/environment.ts';
import { clientSettings } from '../client-settings.ts';
import { type ConditionalUpdate, updateExpression } from '../expression.ts';
import { unlessConditionLost } from '../lost-condition.ts';
import type { Unreadable } from './incident-archive.ts';

export function connectRegistryTable(environment: RegistryEnvironment, clock: Clock): RegistryTable {
  return new RegistryTable(new DynamoDBClient(clientSettings), environment.REGISTRY_TABLE, clock);
}

/** Milliseconds for which a workflow's settings may be older than they are in the table. */
const cachedMs = 5_000;

/** The registry table: what is small and read often. So far, workflows. */
export class RegistryTable {
  readonly client: DynamoDBClient;
  readonly name: string;
  readonly #clock: Clock;
  readonly #cache = new Map<string, { record: WorkflowRecord; until: number }>();

  constructor(client: DynamoDBClient, name: string, clock: Clock) {
    this.client = client;
    this.name = name;
    this.#clock = clock;
  }

  /**
   * The workflow, entered in the registry if it was not there: the sweep walks the registry, so no item may be
   * waiting in a workflow that is not in it (P1). Up to 5 s old.
   */
  async ensureWorkflow(workflow: string): Promise<WorkflowRecord> {
    return (await this.findWorkflow(workflow)) ?? this.#remember(await this.saveWorkflow(workflow, {}));
  }

  /** The workflow, unless it is not there or was removed. Up to 5 s old. */
  async findWorkflow(workflow: string): Promise<WorkflowRecord | undefined> {
    const cached = this.#cache.get(workflow);
    if (cached && this.#clock.now() < cached.until) return cached.record;
    const found = await this.readWorkflow(workflow);
    return found && !found.removed ? this.#remember(found) : undefined;
  }

  #remember(record: WorkflowRecord): WorkflowRecord {
    // Names come from callers: a cache without a bound would grow with every name ever sent.
    if (this.#cache.size >= 10_000) this.#cache.clear();
    this.#cache.set(record.name, { record, until: this.#clock.now() + cachedMs });
    return record;
  }

  async readWorkflow(workflow: string): Promise<WorkflowRecord | undefined> {
    const found = await this.readOrUnreadable(workflow);
    if (found && 'error' in found) throw found.error;
    return found;
  }

  /** The workflow; an error in its place when it is there and cannot be read (P8). */
  async readOrUnreadable(workflow: string): Promise<WorkflowRecord | Unreadable | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.name, Key: key(workflow), ConsistentRead: true }),
    );
    return Item && workflowOrUnreadable(Item);
  }

  /**
   * Enters the workflow, or brings a removed one back, with these settings and this silence if they are given.
   * `sameExpectation` says that the settings expect what they did: it is judged as before.
   */
  async saveWorkflow(
    workflow: string,
    change: { settings?: WorkflowSettings; sameExpectation?: boolean; silence?: Silence },
  ): Promise<WorkflowRecord> {
    return this.#update(workflow, {
      set: {
        settings: change.settings,
        settingsAt: change.settings && !change.sameExpectation ? instant(this.#clock.now()) : undefined,
        silence: change.silence,
        removed: false,
      },
      actions: ['#firstSeenAt = if_not_exists(#firstSeenAt, :now)'],
      values: { now: instant(this.#clock.now()) },
      conditions: [],
    });
  }

  /** Ends the silence of a workflow, if there is one. False when there is no such workflow. */
  async endSilence(workflow: string): Promise<boolean> {
    const ended = this.#update(workflow, {
      set: {},
      remove: ['silence'],
      conditions: ['attribute_exists(#kind)', '(attribute_not_exists(#removed) OR #removed = :no)'],
      values: { no: false },
    });
    return (await unlessConditionLost(ended)) !== undefined;
  }

  /**
   * Forgets the settings and the silence, and marks the workflow as removed. It stays in the registry (see
   * WorkflowRecord).
   */
  async removeWorkflow(workflow: string): Promise<WorkflowRecord> {
    return this.#update(workflow, {
      set: { settings: {}, removed: true },
      remove: ['silence'],
      conditions: ['attribute_exists(#kind)'],
    });
  }

  /**
   * Workflows that the pattern covers (a name, or a prefix with a star), by name, from the one after `after` on, as
   * many as one page of DynamoDB's or `limit` gives. None that it does not cover is read. One that cannot be read is
   * an error in its place (P8).
   */
  async workflows(
    pattern: string,
    after: string | undefined,
    limit: number,
  ): Promise<{ records: (WorkflowRecord | Unreadable)[]; more: boolean }> {
    const start = pattern.endsWith('*') ? pattern.slice(0, -1) : undefined;
    if (after !== undefined && isPast(pattern, after)) return { records: [], more: false };
    const name = start === undefined ? '#name = :name' : start === '' ? '' : 'begins_with(#name, :name)';
    const reply = await this.client.send(
      new QueryCommand({
        TableName: this.name,
        KeyConditionExpression: name === '' ? '#kind = :kind' : `#kind = :kind AND ${name}`,
        ExpressionAttributeNames: { '#kind': 'kind', ...(name !== '' && { '#name': 'name' }) },
        ExpressionAttributeValues: {
          ':kind': { S: 'workflow' },
          ...(name !== '' && { ':name': { S: start ?? pattern } }),
        },
        ConsistentRead: true,
        Limit: limit,
        // DynamoDB refuses to go on from a place that the condition does not cover.
        ...(after !== undefined && covers([pattern], after) && { ExclusiveStartKey: key(after) }),
      }),
    );
    return {
      records: (reply.Items ?? []).map(workflowOrUnreadable),
      more: reply.LastEvaluatedKey !== undefined,
    };
  }

  async #update(workflow: string, update: ConditionalUpdate): Promise<WorkflowRecord> {
    const reply = await this.client.send(
      new UpdateItemCommand({
        TableName: this.name,
        Key: key(workflow),
        ReturnValues: 'ALL_NEW',
        ...updateExpression(update),
      }),
    );
    this.#cache.delete(workflow);
    return parseWorkflow(reply.Attributes ?? {});
  }
}

/** Whether `after` is behind all that the pattern covers, in the order of names. */
function isPast(pattern: string, after: string): boolean {
  if (!pattern.endsWith('*')) return after >= pattern;
  const start = pattern.slice(0, -1);
  return after > start && !after.startsWith(start);
}

function key(workflow: string): Record<string, AttributeValue> {
  return { kind: { S: 'workflow' }, name: { S: workflow } };
}

function parseWorkflow(attributes: Record<string, AttributeValue>): WorkflowRecord {
  return z.parse(WorkflowRecordSchema, unmarshall(attributes));
}

function workflowOrUnreadable(attributes: Record<string, AttributeValue>): WorkflowRecord | Unreadable {
  try {
    return parseWorkflow(attributes);
  } catch (error) {
    return { name: String(attributes.name?.S), error: error as Error };
  }
}
