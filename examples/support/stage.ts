import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Everything that one example starts and creates. It is stopped and removed when the example ends, also after an error.
 */
export class Stage {
  /** A new folder. */
  readonly folder = mkdtempSync(join(tmpdir(), 'warden-example-'));
  readonly #ends: (() => unknown)[] = [
    () => rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 }),
  ];

  /** Registers a cleanup. The last one runs first. */
  atEnd(end: () => unknown): void {
    this.#ends.push(end);
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }
}

/** Runs an example. If it fails, the process ends with exit code 1 after the cleanup. */
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
    process.stderr.write(`The example failed: ${error instanceof Error ? error.stack : error}\n`);
  } finally {
    await stage.end();
  }
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
