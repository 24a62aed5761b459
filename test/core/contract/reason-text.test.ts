import { expect, test } from 'vitest';
import { FailureInput } from '../../../core/contract/item.ts';
import { limits } from '../../../core/contract/limits.ts';
import { reasonText } from '../../../core/contract/reason-text.ts';

test.each([
  ['disk full\n', undefined, 'disk full'],
  [
    '\u001b[31merror:\u001b[0m disk\u0000 full\r\nat line 3\r\n',
    3,
    'exit code 3: error: disk full\nat line 3',
  ],
  ['10%\r20%\rdied', undefined, '10%\n20%\ndied'],
  ['\u001b]0;title\u0007\u001b[1;31mdied\u001b(B\u001b[m', undefined, 'died'],
  ['\u001b]never ended\nthe reason', undefined, 'never ended\nthe reason'],
  ['\ufffd\ufffdrest of a cut character', undefined, 'rest of a cut character'],
  ['', undefined, 'the job failed and printed no reason'],
  [' \n\u001b[0m\n', 137, 'the job failed with exit code 137 and printed no reason'],
])('the reason from %j with the exit code %s is %j', (output, exit, reason) => {
  expect(reasonText(output, exit)).toBe(reason);
});

test('a long output keeps its end and says that its beginning is cut off', () => {
  for (const exit of [undefined, 1]) {
    const reason = reasonText(`begun\n${'🙂'.repeat(5_000)}\ndisk full`, exit);
    expect(reason).toMatch(/^(exit code 1: )?\[the beginning is cut off\]\n🙂.*\ndisk full$/su);
    expect([...reason].length).toBe(limits.reasonCharacters);
    expect(FailureInput.safeParse({ reason }).success).toBe(true);
  }
});
