import type { TestProject } from 'vitest/node';
import build from './build.ts';
import startEngines from './report-engines.ts';

/** What a whole run needs before its first test. The engine takes seconds to start, and the files as many to build. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [stopEngines] = await Promise.all([startEngines(project), build()]);
  return stopEngines;
}
