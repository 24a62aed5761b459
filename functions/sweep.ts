import { environments } from '../core/environment.ts';
import { onLambda, type Running } from '../core/lambda/entry.ts';

/**
 * Invoked every minute. What it is to look for is not there yet: until then it only says that it ran, which the alarm
 * on a sweep that does not run can watch.
 */
export function create({ log }: Running) {
  return async (): Promise<void> => log.info('handled', { operation: 'sweep' });
}

export const handler = onLambda(environments.sweep, (_, running) => create(running));
