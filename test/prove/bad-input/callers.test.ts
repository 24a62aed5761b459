import { expect, test } from 'vitest';
import { type Caller, isOfOtherWorkflow } from '../../../prove/bad-input/callers.ts';
import { operations } from '../../../prove/bad-input/document.ts';
import { type Draft, goodDraft } from '../../../prove/bad-input/draft.ts';

const limited: Caller['granted'] = { scopes: ['read'], workflows: ['billing', 'team-*'] };

function isOther(query: Draft['query'], granted: Caller['granted'], route = '/v1/incidents'): boolean {
  const operation = operations.find((one) => one.method === 'GET' && one.route === route);
  if (operation === undefined) throw new Error(`there is no GET ${route}`);
  const draft = { ...goodDraft(operation, (from) => from[0] as never), query };
  return isOfOtherWorkflow(draft, { what: 'a token', authorization: undefined, granted });
}

test('a query that names a workflow is refused for callers who may not see it, whatever its cursor is', () => {
  const cursor: [string, string] = ['cursor', '2026-13-45T99%3A99%3A99Z'];
  expect(isOther([['workflow', 'uploads'], cursor], limited)).toBe(true);
  expect(isOther([['workflow', '__proto__'], cursor], limited, '/v1/audit')).toBe(true);

  expect(isOther([['workflow', 'billing'], cursor], limited)).toBe(false);
  expect(isOther([['workflow', 'team-a'], cursor], limited)).toBe(false);
  expect(isOther([['workflow', 'uploads']], { scopes: ['admin'], workflows: ['billing'] })).toBe(false);
  expect(isOther([cursor], limited)).toBe(false);
});

test.each<[string, Draft['query']]>([
  ['is no name', [['workflow', '..']]],
  [
    'comes twice',
    [
      ['workflow', 'uploads'],
      ['workflow', 'uploads'],
    ],
  ],
  ['cannot be decoded', [['workflow', '%E4']]],
])('a workflow in the query that %s is refused as invalid', (_, query) => {
  expect(isOther(query, limited)).toBe(false);
});
