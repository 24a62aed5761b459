import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { permissionsTable, withTable } from '../../build/permissions-table.ts';
import { bundles, root } from '../lib/synth.ts';

test('docs/security.md lists the permissions of every function as they are in the template', () => {
  const document = readFileSync(join(root, 'docs/security.md'), 'utf8');
  const table = permissionsTable(bundles);
  expect(table).toContain(
    '| `register` | dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem on `Items`<br>',
  );
  expect(document).toBe(withTable(document, table));
});
