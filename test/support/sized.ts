import { inject } from 'vitest';

/** The size that is enough to find faults; in a run with SIZE=full the full size. */
export function sized<Value>(usual: Value, full: Value): Value {
  return inject('draws').size === 'full' ? full : usual;
}
