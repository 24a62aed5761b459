// restart.test.ts runs and kills this: a scheduler whose sends never end.
import { systemClock } from '../../../core/clock.ts';
import { openGuardedDoor } from '../../../local/guarded-door.ts';
import { startScheduler } from '../../../local/scheduler/scheduler.ts';

const scheduler = await startScheduler({
  path: process.argv[2] ?? '',
  clock: systemClock,
  send: () => {
    process.stdout.write('sending\n');
    return new Promise(() => {});
  },
  onError: (error) => process.stderr.write(`${error}\n`),
});
scheduler.run();
const { endpoint, accessKeyId } = await openGuardedDoor({ scheduler: scheduler.transport });
process.stdout.write(`${endpoint} ${accessKeyId}\n`);
