import { describe, expect, test } from 'vitest';
import { IncidentKind } from '../../../../core/contract/incident.ts';
import { incidentKinds } from '../../../../core/model/incident/kinds.ts';

const items = { overdue: 3, failed: 1, unreadable: 2 };
const none = { overdue: 0, failed: 0 };

describe('an incident', () => {
  test.each([
    ['overdue', items],
    ['warning', { ...none, warned: 5 }],
    ['not-started', none],
  ] as const)('of kind %s counts %j', (kind, counts) => {
    expect(incidentKinds[kind].counts({ warned: 5 }, items)).toEqual(counts);
  });

  test('of warnings that counts none yet says so', () => {
    expect(incidentKinds.warning.counts({}, items)).toEqual({ ...none, warned: 0 });
  });
});

test('only an incident of items that are overdue or failed lists them as they are now', () => {
  const kinds = IncidentKind.options.filter((kind) => incidentKinds[kind].areItemsListed);
  expect(kinds).toEqual(['overdue']);
});
