import { join } from 'node:path';
import { virtualEnvironment } from './virtual-environment.ts';

/** A Python with the packages of outside-checks.txt, or the reason that there is none: no Python, or no registry. */
export async function outsidePython(): Promise<string | Error> {
  const requirements = join(import.meta.dirname, 'outside-checks.txt');
  return virtualEnvironment('outside-checks', requirements).then(
    ({ python }) => python,
    (error: Error) => error,
  );
}
