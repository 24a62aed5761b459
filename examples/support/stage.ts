import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** All that one example starts and makes. Ended and removed when it is over, whatever came of it. */
export class Stage {
  /** A fresh one. */
  readonly folder = mkdtempSync(join(tmpdir(), 'warden-example-'));
  readonly #ends: (() => unknown)[] = [
    () => rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 }),
  ];

  /** The last is done first. */
  atEnd(end: () => unknown): void {
    this.#ends.push(end);
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }
}

/** Runs an example. What does not go as it tells ends the process with exit code 1, after all is cleaned up. */
export async function perform(example: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = new Stage();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await stage.end();
      process.exit(130);
    });
  }
  try {
    await example(stage);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`This did not go as it should: ${error instanceof Error ? error.stack : error}\n`);
  } finally {
    await stage.end();
  }
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
