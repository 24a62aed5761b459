import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { byTime, expiryAttribute, itemsKeys } from '../core/names/tables.ts';

/** The properties of both tables. */
export function stateTable(removalPolicy: RemovalPolicy) {
  return {
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy,
    // Neither CloudFormation nor a person can delete the table until this is switched off.
    deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
  };
}

/** The table of open items and receipts, with its index. */
export class ItemsTable extends TableV2 {
  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id, {
      ...stateTable(props.removalPolicy),
      partitionKey: { name: itemsKeys.partition, type: AttributeType.STRING },
      sortKey: { name: itemsKeys.sort, type: AttributeType.STRING },
      // Deletes expired receipts without charge. The service treats an expired receipt as gone even before its
      // deletion.
      timeToLiveAttribute: expiryAttribute,
      globalSecondaryIndexes: [
        {
          indexName: byTime.name,
          partitionKey: { name: byTime.partition, type: AttributeType.STRING },
          sortKey: { name: byTime.sort, type: AttributeType.STRING },
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: [...byTime.projected],
        },
      ],
    });
  }

  get byTimeArn(): string {
    return `${this.tableArn}/index/${byTime.name}`;
  }
}
