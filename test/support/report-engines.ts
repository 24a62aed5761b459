import { createRequire } from 'node:module';
import type { TestProject } from 'vitest/node';
import type { RunningEngine } from './engines/engine-process.ts';
import { dynamodbLocal, moto, type OptionalEngine, whyMissing } from './engines/optional-engines.ts';
import { startDynamodbLocal, startMoto } from './engines.ts';

const dynalite: { version: string } = createRequire(import.meta.url)('dynalite/package.json');

/** Starts the engines that this machine has besides dynalite, once for the whole run, and says which those are. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [local, servers] = await Promise.all([
    attempt(dynamodbLocal, startDynamodbLocal),
    attempt(moto, startMoto),
  ]);
  project.provide('engines', {
    ...('running' in local && { dynamodbLocal: local.running.endpoint }),
    ...('running' in servers && { moto: servers.running.endpoint }),
  });
  process.stdout.write(`${await report([local, servers])}\n`);
  return async () => {
    await Promise.all([local, servers].map((tried) => 'running' in tried && tried.running.stop()));
  };
}

type Tried = { engine: OptionalEngine } & ({ running: RunningEngine } | { missing: string });

/** An engine that does not start is reported and left out: it is a second opinion, not what is tested. */
async function attempt(engine: OptionalEngine, start: () => Promise<RunningEngine>): Promise<Tried> {
  const missing = await whyMissing(engine);
  if (missing !== undefined) return { engine, missing };
  try {
    return { engine, running: await start() };
  } catch (error) {
    return { engine, missing: (error as Error).message };
  }
}

async function report(tried: Tried[]): Promise<string> {
  const present = [`dynalite ${dynalite.version}`];
  const absent: string[] = [];
  for (const each of tried) {
    const { engine } = each;
    if ('missing' in each) {
      absent.push(`${engine.name} (${each.missing})`);
      continue;
    }
    const runtime = await engine.runtime();
    present.push(`${engine.name} ${engine.version}${'version' in runtime ? ` (${runtime.version})` : ''}`);
  }
  return `engines: ${present.join(', ')}${absent.length > 0 ? `; without ${absent.join(', ')}` : ''}`;
}
