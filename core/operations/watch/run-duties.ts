import { errorFields, type LogFields } from '../../log.ts';
import type { Ports } from '../../ports.ts';

/**
 * Runs a part of a duty independently: an error is logged with `part` and `fields` and collected, and the following
 * parts still run (P8).
 */
export type Attempt = (part: string, fields: LogFields, work: () => Promise<unknown>) => Promise<void>;

export interface Duty {
  /** Its name in the log if it fails. */
  name: string;
  run: (attempt: Attempt) => Promise<unknown>;
}

/** Runs one duty after the other. Throws an AggregateError of all errors after every duty has run. */
export async function runDuties({ log }: Pick<Ports, 'log'>, duties: readonly Duty[]): Promise<void> {
  const failures: unknown[] = [];
  const attempt: Attempt = async (part, fields, work) => {
    await work().catch((error: unknown) => {
      failures.push(error);
      log.error('sweep failed', { part, ...fields, ...errorFields(error) });
    });
  };
  for (const { name, run } of duties) await attempt(name, {}, () => run(attempt));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} parts of the sweep failed`);
}
