import { createRequire } from 'node:module';
import type { TestProject } from 'vitest/node';
import { chromiumPath } from './browser.ts';
import type { RunningEngine } from './engines/engine-process.ts';
import { dynamodbLocal, type OptionalEngine, whyMissing } from './engines/optional-engines.ts';
import { python } from './engines/runtimes.ts';
import { startDynamodbLocal } from './engines.ts';

const dynalite: { version: string } = createRequire(import.meta.url)('dynalite/package.json');

/** Starts the engine that this machine has besides dynalite, once for the whole run, and prints the engines. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const local = await attempt(dynamodbLocal, startDynamodbLocal);
  project.provide('engines', 'running' in local ? { dynamodbLocal: local.running.endpoint } : {});
  process.stdout.write(`${await report(local)}\n`);
  if (chromiumPath === undefined)
    process.stdout.write(
      'browser: none (apt-get install chromium): the pages of the console are not tried\n',
    );
  return async () => {
    if ('running' in local) await local.running.stop();
  };
}

type Tried = { engine: OptionalEngine } & ({ running: RunningEngine } | { missing: string });

/**
 * An engine that is not installed is reported and left out: it is a second opinion, not the subject of the tests. One that is
 * installed and does not start fails the run, so that the second opinion does not vanish unseen.
 */
export async function attempt(engine: OptionalEngine, start: () => Promise<RunningEngine>): Promise<Tried> {
  const missing = await whyMissing(engine);
  return missing === undefined ? { engine, running: await start() } : { engine, missing };
}

async function report(tried: Tried): Promise<string> {
  const { engine } = tried;
  const engines = `engines: dynalite ${dynalite.version}`;
  const forPython = await python();
  const client =
    'version' in forPython ? `, ${forPython.version}` : `; without python3 (${forPython.missing})`;
  if ('missing' in tried) return `${engines}${client}; without ${engine.name} (${tried.missing})`;
  const runtime = await engine.runtime();
  return `${engines}, ${engine.name} ${engine.version}${'version' in runtime ? ` (${runtime.version})` : ''}${client}`;
}
