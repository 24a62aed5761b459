import type { TestProject } from 'vitest/node';
import build from './build.ts';
import startEngines from './report-engines.ts';

/** What a whole run needs before its first test. The engine takes seconds to start, and the files as many to build. */
export default function setup(project: TestProject): Promise<() => Promise<void>> {
  return startedAndBuilt(startEngines(project), build());
}

/** Resolves to what stops the engines. If something fails, nothing of the other is left running. */
export async function startedAndBuilt(
  starting: Promise<() => Promise<void>>,
  building: Promise<void>,
): Promise<() => Promise<void>> {
  const [engines, built] = await Promise.allSettled([starting, building]);
  if (engines.status === 'rejected') throw engines.reason;
  if (built.status === 'rejected') {
    await engines.value();
    throw built.reason;
  }
  return engines.value;
}
