import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { java, type Runtime } from './runtimes.ts';

export const enginesFolder = fileURLToPath(new URL('../../../.engines', import.meta.url));

export interface OptionalEngine {
  name: string;
  version: string;
  folder: string;
  /** The packages of the engine, with their versions. */
  packages: readonly string[];
  /** A file that it needs. */
  program: string;
  runtime(): Promise<Runtime>;
}

/** Its licence forbids redistribution, so it is fetched from the package that Amplify's own tools use. */
export const dynamodbLocal: OptionalEngine = {
  name: 'DynamoDB Local',
  version: '1.25.1',
  folder: join(enginesFolder, 'dynamodb-local'),
  packages: ['amplify-dynamodb-simulator@2.9.30'],
  program: 'DynamoDBLocal.jar',
  runtime: java,
};

/** Why the engine cannot run here; undefined if it can. */
export async function whyMissing(engine: OptionalEngine): Promise<string | undefined> {
  const runtime = await engine.runtime();
  if ('missing' in runtime) return runtime.missing;
  return (await isInstalled(engine)) ? undefined : 'not installed: npm run engines';
}

export async function isInstalled(engine: OptionalEngine): Promise<boolean> {
  try {
    await access(join(engine.folder, engine.program));
    return (await readFile(markerOf(engine.folder), 'utf8')) === markerText(engine);
  } catch {
    return false;
  }
}

/** Marks the engine's files in `folder` as complete. */
export async function markInstalled(engine: OptionalEngine, folder = engine.folder): Promise<void> {
  await writeFile(markerOf(folder), markerText(engine));
}

function markerOf(folder: string): string {
  return join(folder, '.installed');
}

function markerText(engine: OptionalEngine): string {
  return `${engine.packages.join(' ')}\n`;
}
