// Real processes: what others can do at every port of the service. built.test.ts has the same with --built.
import { describe } from 'vitest';
import { expectClosedDoors } from './support/closed-doors.ts';
import { test } from './support/laptop.ts';

describe.runIf(process.platform === 'linux')('at every port of the service', () => {
  test.for([[[]], [['--auth']]])(
    'security H1, H2, M2: with %j nothing is read, nothing is changed, and it goes on',
    async ([args = []], { laptop }) => {
      const local = await laptop.start({ data: laptop.folder(), args });
      local.caller.token = /pw_\S+/.exec(local.process.stdout)?.[0];
      await expectClosedDoors(local, 1, args.includes('--auth') ? 1 : 0);
    },
  );
});
