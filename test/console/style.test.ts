import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const style = readFileSync(join(import.meta.dirname, '../../console/style.css'), 'utf8');
const [everywhere = '', onPhones = '', ...more] = style.split(/^@media \(max-width: 40rem\) \{$/m);

/* Contrast is tried on a desk only, light and dark (support/page.ts). */
test('a phone shows nothing that a desk hides, and in no other colours', () => {
  expect([onPhones === '', more, style.match(/@media/g)]).toEqual([false, [], ['@media']]);
  expect(everywhere).not.toMatch(/display: none|visibility/);
  // What stands before a cell has the colour of the heading that it replaces.
  expect(onPhones.match(/^.*(colou?r|background|opacity|filter|shadow).*$/gm)).toEqual([
    '    color: var(--faint);',
  ]);
});
