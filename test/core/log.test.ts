import { describe, expect, test } from 'vitest';
import { createLog, errorFields } from '../../core/log.ts';

function lines(work: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const written: string[] = [];
  work(createLog((line) => written.push(line), 'warden-1'));
  return written.map((line) => JSON.parse(line));
}

describe('metrics', () => {
  test("are lines of CloudWatch's embedded metric format, with one dimension", () => {
    const [line] = lines((log) => log.metrics({ Overdue: 2, DetectionDelay: [10, 20] }));
    expect(line).toMatchObject({
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: 'ProcessWarden',
            Dimensions: [['service']],
            Metrics: [
              { Name: 'Overdue', Unit: 'Count' },
              { Name: 'DetectionDelay', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
      service: 'warden-1',
      Overdue: 2,
      DetectionDelay: [10, 20],
    });
  });

  test('are known by name: an unknown one would have neither a unit nor an alarm', () => {
    // @ts-expect-error a metric that core/names/metrics.ts does not have
    const [line] = lines((log) => log.metrics({ Overdues: 1 }));
    expect(line?._aws).not.toBeUndefined();
  });

  test('contain at most the 100 values that CloudWatch accepts', () => {
    const [line] = lines((log) => log.metrics({ DetectionDelay: Array(150).fill(1) }));
    expect(line?.DetectionDelay).toHaveLength(100);
  });
});

test('security M4: a line has nothing that a terminal acts on or shows in another order', () => {
  const risky = '\u0007\u001b]0;owned\u0085\u009b31m\u007f\u061c\u200e\u2028\u2029\u202e\u2066';
  const written: string[] = [];
  createLog((line) => written.push(line)).info('handled', { item: risky });
  expect(written[0]).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
  expect(JSON.parse(written[0] ?? '').item).toBe(risky);
});

describe('an error in the log (P9)', () => {
  test('is logged by its name and place, never by its message, which may quote a request', () => {
    const error = new SyntaxError('Unexpected token, "secret" is not valid JSON', {
      cause: new Error('secret'),
    });
    const fields = errorFields(error);
    expect(fields).toMatchObject({
      error: 'SyntaxError',
      cause: 'Error',
      stack: expect.stringContaining('log.test.ts'),
    });
    expect(JSON.stringify(fields)).not.toContain('secret');
  });

  test("is logged by AWS's status and request id; a refused permission in full, because nothing else helps", () => {
    const aws = (name: string) =>
      Object.assign(new Error('User x may not do y'), {
        name,
        $metadata: { httpStatusCode: 400, requestId: 'r-1' },
      });
    expect(errorFields(aws('ValidationException'))).toMatchObject({ awsStatus: 400, awsRequestId: 'r-1' });
    expect(errorFields(aws('ValidationException'))).not.toHaveProperty('errorMessage');
    expect(errorFields(aws('AccessDeniedException'))).toMatchObject({ errorMessage: 'User x may not do y' });
  });

  test('is logged by its type if it is not an Error', () => {
    expect(errorFields('secret')).toEqual({ error: 'string' });
  });
});
