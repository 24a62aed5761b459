import { join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { createLog } from '../../core/log.ts';
import { type Service, startService } from '../../local/service.ts';

/** The local service in this process, silent, with its data in this folder. */
export function startSilentService(folder: string): Promise<Service> {
  return startService({
    data: join(folder, 'service'),
    host: '127.0.0.1',
    port: 0,
    sweepEveryMs: 60_000,
    clock: systemClock,
    log: createLog(() => {}),
    print: async () => {},
    tell: () => {},
  });
}
