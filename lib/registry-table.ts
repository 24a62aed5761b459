import type { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { expiryAttribute, registryKeys } from '../core/names/tables.ts';
import { stateTable } from './items-table.ts';

/** The table of small records that are read often: workflows, incidents, redrives, tokens, the audit log. */
export class RegistryTable extends TableV2 {
  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id, {
      ...stateTable(props.removalPolicy),
      partitionKey: { name: registryKeys.partition, type: AttributeType.STRING },
      sortKey: { name: registryKeys.sort, type: AttributeType.STRING },
      // Deletes old statistics without charge.
      timeToLiveAttribute: expiryAttribute,
    });
  }
}
