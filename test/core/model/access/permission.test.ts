import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, grantedOf } from '../../../../core/contract/granted.ts';
import type { Scope } from '../../../../core/contract/scope.ts';
import { disjointPatterns, requirePermission } from '../../../../core/model/access/permission.ts';

describe('a pattern', () => {
  test.each([
    ['uploads', 'uploads', true],
    ['uploads', 'uploads2', false],
    ['uploads', 'upload', false],
    ['uploads', 'Uploads', false],
    ['up*', 'uploads', true],
    ['up*', 'up', true],
    ['up*', 'u', false],
    ['up*', 'sup', false],
    ['*', 'anything', true],
    ['*', '', true],
    ['.*', 'uploads', false],
    ['.*', '.uploads', true],
  ])('%s covers %s: %s', (pattern, workflow, covered) => {
    expect(covers([pattern], workflow)).toBe(covered);
  });

  test('of an empty list covers nothing', () => {
    expect(covers([], 'uploads')).toBe(false);
  });
});

describe('disjoint patterns', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.'), minLength: 0, maxLength: 3 });
  const pattern = fc.oneof(
    name.filter((text) => text !== ''),
    name.map((text) => `${text}*`),
  );

  test('cover the same names as the given ones, each once and in order', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 6 }), fc.array(name), (patterns, names) => {
        const disjoint = disjointPatterns(patterns);
        const sorted = [...new Set(names)].sort();
        expect(disjoint.flatMap((one) => sorted.filter((text) => covers([one], text)))).toEqual(
          sorted.filter((text) => covers(patterns, text)),
        );
      }),
    );
  });
});

describe('a caller with the scopes', () => {
  const granted = ['own', 'team-*'];
  /** Workflows, and whether the callers reach them; undefined for operations that name no workflow. */
  const reached: [string | undefined, boolean][] = [
    [undefined, true],
    ['own', true],
    ['team-a', true],
    ['team-', true],
    ['owner', false],
    ['Own', false],
    ['ow', false],
    ['team', false],
    ['other', false],
    ['*', false],
    ['', false],
  ];
  /** Every set of scopes: none, all, and admin with and without others. */
  const all: Scope[] = ['ingest', 'read', 'operate', 'admin'];
  const sets = Array.from({ length: 2 ** all.length }, (_, bits) =>
    all.filter((__, index) => bits & (1 << index)),
  );

  describe.each(sets.map((scopes) => ({ name: scopes.join(' ') || 'no scope', scopes })))(
    '$name',
    ({ name, scopes }) => {
      const caller = { id: 'a', by: 'a', visible: granted, scopes, workflows: granted };

      test.each(reached)('on workflow %j', (workflow, isReached) => {
        for (const needed of all) {
          const ask = () => requirePermission(caller, needed, workflow);
          if (scopes.includes('admin') || (isReached && scopes.includes(needed))) {
            expect(ask).not.toThrow();
            continue;
          }
          const on = workflow === undefined ? '' : ` on workflow "${workflow}"`;
          const message = `this needs the scope ${needed}${on}; the token has ${name} on own team-*`;
          // The console and `warden doctor` read it from there.
          expect(grantedOf(message)).toEqual({ scopes, workflows: granted });
          expect(ask).toThrow(
            expect.objectContaining({
              code: 'forbidden',
              message,
              headers: {
                'www-authenticate': `Bearer realm="process-warden", error="insufficient_scope", scope="${needed}"`,
              },
            }),
          );
        }
      });
    },
  );

  test('is not known from another refusal', () => {
    expect(grantedOf('Forbidden')).toBeUndefined();
    expect(grantedOf('this needs the scope read; the token has no scope on no workflow')).toEqual({
      scopes: [],
      workflows: [],
    });
    expect(grantedOf('the token has expired')).toBeUndefined();
  });

  test('without workflows reaches no workflow', () => {
    const caller = { id: 'a', by: 'a', visible: [], scopes: ['read'] as const, workflows: [] };
    expect(() => requirePermission(caller, 'read', 'own')).toThrow('read on no workflow');
    expect(() => requirePermission(caller, 'read', undefined)).not.toThrow();
  });
});
