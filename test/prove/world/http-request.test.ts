import { expect, test } from 'vitest';
import { httpRequest } from '../../../prove/world/http-request.ts';

const known = { incident: undefined, redrive: undefined, token: undefined, now: 0 };
const fail = { ask: 'fail' as const, workflow: 0, item: 1, run: 2 };
const query = { id: 'item-1', run: 'run-2' };

test('a failure is sent as a reason, or as the text that a job printed', () => {
  expect(httpRequest(fail, known)).toMatchObject({
    method: 'PATCH',
    route: '/v1/workflows/{workflow}/item',
    query,
    body: { failed: { reason: 'the reason of a failure' } },
  });
  const posted = httpRequest({ ...fail, via: 'POST' }, known);
  expect(posted).toMatchObject({ method: 'POST', route: '/v1/workflows/{workflow}/fail', query });
  expect(posted?.text).toContain('the reason of a failure');
  expect(posted?.body).toBeUndefined();
});

test('in a batch a failure is a reason', () => {
  const batch = { ask: 'batch' as const, workflow: 0, operations: [fail] };
  expect(httpRequest(batch, known)?.body).toEqual({
    operations: [
      { op: 'progress', item: 'item-1', run: 'run-2', failed: { reason: 'the reason of a failure' } },
    ],
  });
});
