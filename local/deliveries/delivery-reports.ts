import type { Clock } from '../../core/clock.ts';
import { faultText } from './delivery-error.ts';

export interface DeliveryState {
  /** Since when all deliveries failed, in milliseconds since the epoch. Undefined if the last one succeeded. */
  failingSince: number | undefined;
  /** Why the last delivery failed. */
  error: string | undefined;
}

export interface ReportOptions {
  what: string;
  target: string;
  clock: Clock;
  onError: (message: string) => void;
}

/** A lasting failure is reported this often, in milliseconds. */
const reportEveryMs = 600_000;

/** Tells people in few lines that messages cannot be delivered, and knows since when no delivery has succeeded. */
export class DeliveryReports {
  readonly #options: ReportOptions;
  #state: DeliveryState = { failingSince: undefined, error: undefined };
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  get state(): DeliveryState {
    return this.#state;
  }

  succeeded(): void {
    this.#state = { failingSince: undefined, error: undefined };
  }

  failed(error: unknown, attempts: number, isGivenUp: boolean): void {
    const { what, target, clock, onError } = this.#options;
    const now = clock.now();
    const isNew = this.#state.failingSince === undefined;
    this.#state = { failingSince: this.#state.failingSince ?? now, error: faultText(error) };
    if (isGivenUp) {
      onError(
        `A ${what} for ${target} is given up after 14 days and ${attempts} attempts: ${this.#state.error}`,
      );
    } else if (isNew && attempts === 1) {
      onError(`A ${what} could not be delivered to ${target}: ${this.#state.error}. It is retried.`);
    } else if (now - this.#reportedAt >= reportEveryMs) {
      onError(
        `A ${what} could still not be delivered to ${target} (attempt ${attempts}): ${this.#state.error}.`,
      );
    } else {
      return;
    }
    this.#reportedAt = now;
  }

  /** The outcome of a delivery could not be recorded: the message is delivered again. */
  unfinished(error: unknown): void {
    const { what, target, onError } = this.#options;
    onError(`A ${what} for ${target} may be delivered again: ${faultText(error)}`);
  }
}
