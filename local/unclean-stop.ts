import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file that exists while the service runs. If it exists at the next start, the last stop was not clean. */
export class UncleanStop {
  readonly happened: boolean;
  readonly #file: string;

  private constructor(file: string, happened: boolean) {
    this.#file = file;
    this.happened = happened;
  }

  static mark(data: string): UncleanStop {
    const file = join(data, 'running');
    const happened = existsSync(file);
    writeFileSync(file, `${process.pid}\n`);
    return new UncleanStop(file, happened);
  }

  clear(): void {
    rmSync(this.#file, { force: true });
  }
}
