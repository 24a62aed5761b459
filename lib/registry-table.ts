import type { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { stateTable } from './items-table.ts';

/** What is small and read often: workflows, tokens. */
export class RegistryTable extends TableV2 {
  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id, {
      ...stateTable(props.removalPolicy),
      partitionKey: { name: 'kind', type: AttributeType.STRING },
      sortKey: { name: 'name', type: AttributeType.STRING },
    });
  }
}
