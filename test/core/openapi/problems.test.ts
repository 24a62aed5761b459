import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { limits } from '../../../core/contract/limits.ts';
import { Problem, problems } from '../../../core/contract/problem.ts';
import { routes } from '../../../core/contract/routes.ts';
import { unroutedContract } from '../../../core/contract/unrouted.ts';
import { parseRequest } from '../../../core/lambda/http-request.ts';
import { ProblemError } from '../../../core/problem-error.ts';
import { contractOf, documentedCodes, operations, problemCodesOf, responses } from './support/document.ts';
import { eventOf } from './support/http-event.ts';

describe('problems', () => {
  test('are all used, each with its own status', () => {
    const seen = new Set<string>();
    for (const { where, status, response } of responses) {
      for (const code of problemCodesOf(response)) {
        seen.add(code);
        expect(problems[code as keyof typeof problems].status, `${where} ${code}`).toBe(status);
      }
    }
    const all = [...seen, ...unroutedContract.problems];
    expect(all.sort()).toEqual(Object.keys(problems).sort());
  });

  test('have an example of the problem that they describe', () => {
    for (const { where, status, response } of responses) {
      const media = response.content?.['application/problem+json'];
      const codes = problemCodesOf(response);
      if (media) expect(media.schema, where).toEqual({ $ref: '#/components/schemas/Problem' });
      for (const code of codes) {
        const example = z.parse(Problem, media?.examples?.[code]?.value);
        expect(example.status, where).toBe(status);
        expect(example.code, where).toBe(code);
        expect(example).toEqual({
          ...new ProblemError(example.code, example.detail).toProblem(),
          ...(example.errors && { errors: example.errors }),
        });
        expect(response.description, where).toContain(`\`${code}\``);
      }
    }
  });

  test('are the only 4xx and 5xx responses, except for an unhealthy service and a batch that failed whole', () => {
    const others = responses.filter(
      ({ status, response }) => status >= 400 && response.content?.['application/json'] !== undefined,
    );
    expect(others.map(({ where }) => where)).toEqual(['batch 400', 'batch 503', 'check-health 503']);
  });

  test('with 5xx say when to try again, and 405 what is allowed', () => {
    for (const { where, status, response } of responses) {
      expect('Retry-After' in (response.headers ?? {}), where).toBe(status >= 500);
      expect('Allow' in (response.headers ?? {}), where).toBe(status === 405);
    }
  });

  test('with 401 are in every operation, with 403 wherever a scope is needed, and say what to do', () => {
    for (const { operationId, security, description } of operations.map(({ operation }) => operation)) {
      const codes = documentedCodes(operationId);
      expect(codes, operationId).toContain('unauthenticated');
      const [scope] = ('token' in security[0] && security[0].token) || [];
      expect(codes.includes('forbidden'), operationId).toBe(scope !== undefined);
      if (scope) expect(description).toContain(`Needs the scope \`${scope}\``);
    }
    for (const { where, status, response } of responses) {
      const challenges = status === 401 || status === 403;
      expect('WWW-Authenticate' in (response.headers ?? {}), where).toBe(challenges);
    }
  });

  test.each(routes)('of parsing a request to $operation are those in the document', ({ operation }) => {
    const paths = [
      { workflow: 'uploads', item: 'a' },
      { workflow: 'uploads' },
      { token: '4mQ9xT2bVw7K' },
      { incident: '0mk3v1x8ch2f6p9d4t7q' },
      { workflow: 'uploads', redrive: '0mk3v1x8ch2f6p9d4t7q' },
      {},
    ];
    const needed = paths.find((path) => z.safeParse(contractOf(operation).path, path).success) ?? {};
    const events = {
      'invalid-request': { rawQueryString: 'unknown=1' },
      'invalid-json': { body: '{' },
      'body-too-large': {
        body: JSON.stringify({ x: 'x'.repeat(contractOf(operation).bodyBytes ?? limits.bodyBytes) }),
      },
      'data-too-large': { body: JSON.stringify({ data: 'x'.repeat(limits.dataBytes) }) },
    };
    const answered = Object.entries(events).flatMap(([code, event]) => {
      try {
        parseRequest(contractOf(operation), eventOf({ pathParameters: needed, body: '{}', ...event }));
        return [];
      } catch (error) {
        return error instanceof ProblemError && error.code === code ? [code] : [];
      }
    });
    expect(
      documentedCodes(operation)
        .filter((code) => code in events)
        .sort(),
    ).toEqual(answered.sort());
  });
});
