import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { virtualEnvironment } from '../../../test/support/virtual-environment.ts';

const requirements = join(import.meta.dirname, 'requirements.txt');

/**
 * The Python of a virtual environment that has the versions in requirements.txt, each with a known hash. Throws if there
 * is no Python, or the packages cannot be installed.
 */
export async function installMinistack(say: (line: string) => void): Promise<string> {
  const version = /^ministack==(\S+)/m.exec(readFileSync(requirements, 'utf8'))?.[1];
  const { python, installedInMs } = await virtualEnvironment('ministack', requirements, [
    '--require-hashes',
    '--no-deps',
  ]);
  const how =
    installedInMs === undefined
      ? 'is installed already'
      : `: installed in ${Math.round(installedInMs / 1000)} s`;
  say(`MiniStack ${version}${installedInMs === undefined ? ' ' : ''}${how}`);
  return python;
}
