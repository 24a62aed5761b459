import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { QueueName } from '../../model/item/queue-names.ts';
import { byTime } from '../../names/tables.ts';
import { attributes } from '../attributes.ts';
import { queueOf, workflowOf } from './keys.ts';
import type { Queues } from './queues.ts';

/** An item in the index, which can be a moment behind: read the item before you decide anything. */
export interface Row {
  workflow: string;
  item: string;
  /** Its position in the order: a time, and a text that makes it unique. */
  position: string;
}

export interface Range {
  /** Positions, both included. */
  from: string;
  to: string;
  order: 'asc' | 'desc';
}

export const everything: Range = { from: '0', to: '~', order: 'asc' };

/** The numbers of reported items, by the kind of their breach. */
export interface BreachedCounts {
  overdue: number;
  failed: number;
  notStarted: number;
}

/** The partitions of a queue. */
export function partitionsOf({ workflow, shards }: Queues, name: QueueName): string[] {
  return Array.from({ length: shards }, (_, shard) => queueOf(workflow, name, shard));
}

/** The query of one partition of the index. */
export function queryOf(table: string, queue: string, range: Range): QueryCommandInput {
  const [condition, names, values] =
    range === everything
      ? ['', {}, {}]
      : [
          ' AND #time BETWEEN :from AND :to',
          { '#time': byTime.sort },
          { ':from': range.from, ':to': range.to },
        ];
  return {
    TableName: table,
    IndexName: byTime.name,
    KeyConditionExpression: `#queue = :queue${condition}`,
    ExpressionAttributeNames: { '#queue': byTime.partition, ...names },
    ExpressionAttributeValues: attributes({ ':queue': queue, ...values }),
    ScanIndexForward: range.order === 'asc',
  };
}

/** The query with a filter over the attributes that the index has besides its keys. */
export function filtered(
  query: QueryCommandInput,
  FilterExpression: string,
  values: Record<string, string | number> = {},
): QueryCommandInput {
  const names = (FilterExpression.match(/#\w+/g) ?? []).map((name) => [name, name.slice(1)]);
  return {
    ...query,
    FilterExpression,
    ExpressionAttributeNames: { ...query.ExpressionAttributeNames, ...Object.fromEntries(names) },
    ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ...attributes(values) },
  };
}

export function rowOf({ pk, item, time }: Record<string, AttributeValue>): Row {
  return { workflow: workflowOf(String(pk?.S)), item: String(item?.S), position: String(time?.S) };
}
