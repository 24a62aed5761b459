import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../support/manual-clock.ts';
import { type EmbeddedWarden, startWarden } from '../../support/warden.ts';
import { runPython, whyUntested } from './python-process.ts';

/* clients/python/tests has the tests themselves: unittest, with a real service behind WARDEN_URL. */

let warden: EmbeddedWarden;
beforeAll(async () => {
  // Deadlines that the spool keeps are in the time of the client's machine.
  warden = await startWarden({ clock: new ManualClock(Date.now()) });
});
afterAll(() => warden.close());

test.concurrent.each(['test_verbs', 'test_requests', 'test_watch', 'test_spool'])(
  'the Python client passes %s',
  async (module) => {
    if (await whyUntested()) return;
    const { code, output } = await runPython(
      ['-m', 'unittest', 'discover', '-s', 'tests', '-p', `${module}.py`],
      {
        WARDEN_URL: warden.url,
      },
    );
    expect(output).toMatch(/^Ran [1-9]\d* tests? in .*\n\nOK\n$/m);
    expect(code).toBe(0);
  },
  120_000,
);
