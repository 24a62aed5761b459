import type { LocalCheck } from './local-checks.ts';

export interface StorageWatchOptions {
  /** Writes to every store. Rejects if a store refuses the write. */
  probe: () => Promise<unknown>;
  /** Called with one line for people when writing fails, and when it works again. */
  tell: (line: string, level: 'alert' | 'info') => void;
  /** The folder, for people. */
  folder: string;
}

/** From one try to write to the next while it fails, in milliseconds. */
const probeEveryMs = 2_000;

/** Knows whether the stores can be written. While they cannot, nothing is watched, and people are notified once. */
export class StorageWatch {
  readonly #options: StorageWatchOptions;
  #fault: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: StorageWatchOptions) {
    this.#options = options;
  }

  /** To be called with an error of a store. */
  fault(error: unknown): void {
    const { tell, folder } = this.#options;
    if (this.#fault === undefined) {
      this.#fault = codeOf(error);
      tell(
        `the warden cannot write to the folder ${folder} (${this.#fault}): nothing is watched until it can; free space on its disk, or check its permissions`,
        'alert',
      );
    }
    if (this.#stopped || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.check();
    }, probeEveryMs);
  }

  /** Tries to write. */
  async check(): Promise<LocalCheck> {
    const started = performance.now();
    const tookMs = () => Math.round(performance.now() - started);
    try {
      await this.#options.probe();
    } catch (error) {
      this.fault(error);
      return { name: 'storage', status: 'failing', tookMs: tookMs(), error: codeOf(error) };
    }
    if (this.#fault !== undefined) {
      this.#fault = undefined;
      this.#options.tell(
        `the warden can write to the folder ${this.#options.folder} again: items are watched`,
        'info',
      );
    }
    return { name: 'storage', status: 'ok', tookMs: tookMs() };
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}

function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as NodeJS.ErrnoException;
  return code ?? name ?? 'unknown';
}
