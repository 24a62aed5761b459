import { expect, test } from 'vitest';
import { WorkflowChange } from '../../../core/contract/workflow.ts';

const isAllowed = (change: unknown) => WorkflowChange['~standard'].validate(change);

test.each([
  { notifications: { quiet: null } },
  { notifications: { quiet: { items: 3 } } },
  { notifications: null },
  { expect: { margin: 60 } },
  { redrive: { automatic: { max: 2 } } },
  { tags: { team: null, customer: 'acme' } },
])('a change may be a part of a setting, and remove a member: %j', (change) => {
  expect(isAllowed(change)).toEqual({ value: change });
});

test.each([
  { notifications: { unheardOf: null } },
  { expect: { atLeast: 0 } },
  { redrive: 1 },
  { tags: { team: 1 } },
  { unheardOf: null },
])('what no setting can be is refused: %j', (change) => {
  expect(isAllowed(change)).toMatchObject({ issues: [{}] });
});
