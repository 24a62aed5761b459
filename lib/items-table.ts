import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/*
 * The names below are core's (core/aws/items/index.ts, core/model/item/item-record.ts), which lib may not import, as
 * they would bring the AWS SDK into every CDK app. test/lib/state.test.ts holds the two together.
 */

/** Indexes and the keys that they sort by. */
export const itemsIndexes = { 'by-due': 'due', 'by-registered': 'registered' } as const;
export type ItemsIndexName = keyof typeof itemsIndexes;

/**
 * What lists show of a record, besides its keys and what follows from them: whatever else changes costs no write to the
 * indexes. DynamoDB takes 20 attributes at most for an index.
 */
const projected = [
  'due',
  'item',
  'attempt',
  'deadline',
  'registeredAt',
  'startedAt',
  'step',
  'steps',
  'tags',
  'run',
  'overdueAt',
  'caughtBy',
  'failure',
  'reportedAt',
  'incident',
  'neverStarted',
  'redrive',
  'dataBytes',
  'startBy',
  'warnedAt',
];

/** What both tables have. */
export function stateTable(removalPolicy: RemovalPolicy) {
  return {
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy,
    // Neither CloudFormation nor a person can delete the table until this is taken away.
    deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
  };
}

/** The items that are watched, and the indexes of them. */
export class ItemsTable extends TableV2 {
  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id, {
      ...stateTable(props.removalPolicy),
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      globalSecondaryIndexes: Object.entries(itemsIndexes).map(([indexName, sortKey]) => ({
        indexName,
        partitionKey: { name: 'queue', type: AttributeType.STRING },
        sortKey: { name: sortKey, type: AttributeType.STRING },
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: projected.filter((name) => name !== sortKey),
      })),
    });
  }

  indexArn(index: ItemsIndexName): string {
    return `${this.tableArn}/index/${index}`;
  }
}
