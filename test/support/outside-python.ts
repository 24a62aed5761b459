import { join } from 'node:path';
import { virtualEnvironment } from './virtual-environment.ts';

/** A Python with the packages of outside-checks.txt. Undefined where there is no Python, or no registry. */
export async function outsidePython(): Promise<string | undefined> {
  const requirements = join(import.meta.dirname, 'outside-checks.txt');
  const found = await virtualEnvironment('outside-checks', requirements).catch(() => undefined);
  return found?.python;
}
