import { expect, it } from 'vitest';
import { GroupCommit } from '../../../local/group-commit.ts';
import { openDatabase } from '../../../local/scheduler/database.ts';
import { DueStore } from '../../../local/scheduler/due-store.ts';
import { Firing } from '../../../local/scheduler/firing.ts';
import { scheduleDefinition } from '../../../local/scheduler/schedule-definition.ts';
import { ScheduleStore } from '../../../local/scheduler/schedule-store.ts';
import { parsed } from '../../../local/scheduler/wire-types.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { schedule } from './support.ts';

it('a send that cannot be recorded is reported, and repeated only after a minute', async () => {
  const clock = new ManualClock();
  const database = openDatabase(':memory:', clock.now());
  const { Name: name = '', ...input } = schedule('a');
  const definition = parsed(scheduleDefinition, input);
  const due = { group: 'default', name, definition, scheduledAt: clock.now(), fireAt: clock.now() };
  const commits = new GroupCommit(database);
  new ScheduleStore(database, commits).create(due, clock.now());
  commits.flush();
  const errors: unknown[] = [];
  let sends = 0;
  const send = async () => {
    sends += 1;
    if (sends === 1) database.exec('PRAGMA query_only = ON');
  };
  const store = new DueStore(database, commits);
  const firing = new Firing({ store, clock, send, onError: (error) => errors.push(error) });
  expect(await firing.fireDue()).toBe(0);
  expect(errors).toMatchObject([{ message: expect.stringContaining('readonly') }]);
  database.exec('PRAGMA query_only = OFF');
  clock.advance(59_999);
  expect(await firing.fireDue()).toBe(0);
  expect(sends).toBe(1);
  clock.advance(1);
  expect(await firing.fireDue()).toBe(1);
  expect(await firing.fireDue()).toBe(0);
  database.close();
});
