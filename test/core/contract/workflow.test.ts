import { expect, test } from 'vitest';
import { discardContract } from '../../../core/contract/discard.ts';
import { saveWorkflowContract } from '../../../core/contract/workflow.ts';
import { parseRequest } from '../../../core/lambda/http-request.ts';
import { checkDurations } from '../../../core/model/workflow/settings-durations.ts';

function eventOf(body: object) {
  return {
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    rawPath: '/',
    pathParameters: { workflow: 'uploads' },
    requestContext: { requestId: 'request-1', http: { method: 'PUT' } },
    body: JSON.stringify(body),
  };
}

const redrive = { automatic: { max: 3, after: 'PT5M' } };

test.each([{ redrive }, { redrive, idempotent: false }])(
  "automatic redrives are refused with the member's name unless the work may be done twice: %j",
  (settings) => {
    expect(() => parseRequest(saveWorkflowContract, eventOf(settings))).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        errors: [{ path: 'idempotent', message: expect.stringContaining('redrive.automatic') }],
      }),
    );
  },
);

test('automatic redrives are accepted if the work may be done twice', () => {
  const settings = { redrive, idempotent: true };
  expect(parseRequest(saveWorkflowContract, eventOf(settings)).body).toEqual(settings);
});

test.each([0, 'P367D'])('automatic redrives after %j are out of range', (after) => {
  expect(() => checkDurations({ redrive: { automatic: { max: 1, after } } })).toThrow(
    expect.objectContaining({
      code: 'duration-out-of-range',
      errors: [expect.objectContaining({ path: 'redrive.automatic.after' })],
    }),
  );
});

test.each([
  [{}, ['token']],
  [{ step: 'copied' }, ['token']],
  [{ token: '0'.repeat(20), dryRun: true }, ['token']],
  [{ token: '0'.repeat(20), step: 'copied' }, ['token']],
  [{ dryRun: false }, ['dryRun']],
  [{ dryRun: true, step: '', tag: '' }, ['step', 'tag']],
])('the discard %j is refused by name', (body, paths) => {
  let errors: { path: string }[] = [];
  try {
    parseRequest(discardContract, eventOf(body));
  } catch (error) {
    ({ errors } = error as { errors: { path: string }[] });
  }
  expect(errors.map(({ path }) => path).sort()).toEqual(paths);
});
