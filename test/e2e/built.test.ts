// Real processes: the built functions instead of their sources. Each takes seconds to load all of them, so few do. One is of
// the sources, as `npm start` runs them; the other tests here start the package.
import { expect } from 'vitest';
import { expectClosedDoors } from './support/closed-doors.ts';
import { test } from './support/laptop.ts';
import type { Program } from './support/local-process.ts';
import { until } from './support/until.ts';

test.for<{ args: string[]; program: Program }>([
  { args: ['--built'], program: 'sources' },
  { args: ['--built', '--auth'], program: 'package' },
])(
  '$args: the built functions do the main job from their environment alone, and security H1, H2, M2',
  async ({ args, program }, { laptop }) => {
    const local = await laptop.start({ data: laptop.folder(), args, program, startsWithin: 60_000 });
    const { process, caller } = local;
    if (args.includes('--auth')) {
      expect((await caller.register('uploads', 'done', { timeout: 600 })).status).toBe(401);
      caller.token = /only this once: (pw_\S+)/.exec(process.stdout)?.[1];
    }
    expect((await caller.register('uploads', 'lost', { timeout: 1 })).status).toBe(201);
    expect((await caller.register('uploads', 'done', { timeout: 600 })).status).toBe(201);
    expect((await caller.complete('uploads', 'done')).status).toBe(200);
    await until('alert', 8_000, () => /ALERT {2}Workflow uploads: 1 item overdue/.test(process.stdout));
    expect((await caller.read('uploads', 'lost')).json).toMatchObject({ state: 'overdue' });
    expect(process.stdout).toContain('"DetectionDelay"');
    expect(process.stderr).toBe('');
    const health = await caller.request('GET', '/v1/health');
    expect({ status: health.status, health: health.json }).toMatchObject({
      status: 200,
      health: { status: 'ok' },
    });
    if (globalThis.process.platform === 'linux') {
      // The functions call AWS over the second port.
      await expectClosedDoors(local, 2, args.includes('--auth') ? 1 : 0);
    }
    // What it has compiled is kept for the next start only if it ends by itself.
    expect(await process.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  },
);
