import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { lambdaBundle } from '../../build/lambda-bundle.ts';

const root = join(import.meta.dirname, '../..');

/** The clients of the functions, with the commands that the functions of an item, health and alerts send. */
const clients = {
  dynamodb: {
    client: 'DynamoDBClient',
    commands: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchGetItem', 'Query'],
  },
  scheduler: { client: 'SchedulerClient', commands: ['CreateSchedule', 'DeleteSchedule'] },
  'secrets-manager': { client: 'SecretsManagerClient', commands: ['GetSecretValue'] },
  sns: { client: 'SNSClient', commands: ['Publish', 'PublishBatch'] },
  sqs: { client: 'SQSClient', commands: ['GetQueueAttributes'] },
};
type Name = keyof typeof clients;

/** The clients that a bundle contains, by its source map. */
export function clientsOf(bundle: string): Name[] {
  const { sources } = JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as { sources: string[] };
  const isIn = (name: Name) => sources.some((source) => source.includes(`/@aws-sdk/client-${name}/`));
  return (Object.keys(clients) as Name[]).filter(isIn);
}

/** A bundle of only these clients, made in the same way as the bundles of the functions. Its handler puts an item. */
export async function bundleClients(names: readonly Name[], outfile: string): Promise<void> {
  const lines = names.map((name) => {
    const commands = clients[name].commands.map((command) => `${command}Command`);
    return `export { ${[clients[name].client, ...commands].join(', ')} } from '@aws-sdk/client-${name}';
import { ${clients[name].client} as ${clients[name].client}Of } from '@aws-sdk/client-${name}';
export const ${clients[name].client}Made = new ${clients[name].client}Of({});`;
  });
  const put = `import { PutItemCommand as Put } from '@aws-sdk/client-dynamodb';
export const handler = (Item) => DynamoDBClientMade.send(new Put({ TableName: process.env.ITEMS_TABLE, Item }));`;
  const none = 'export const handler = () => {};';
  await build({
    stdin: { contents: [...lines, names.includes('dynamodb') ? put : none].join('\n'), resolveDir: root },
    outfile,
    ...lambdaBundle,
  });
}
