/**
 * Lets a validator of somebody else read the OpenAPI document: openapi-spec-validator of Python, where it can be
 * installed. CI runs it beside the tests. `npm run openapi:clients` has more linters, and generates clients.
 * Run: npm run check:document
 */
import { spawnSync } from 'node:child_process';
import { openapi } from '../../../core/openapi/openapi.ts';
import { outsidePython } from '../../support/outside-python.ts';

const python = await outsidePython();
if (python instanceof Error) {
  const why = `openapi-spec-validator cannot be installed: ${python.message}`;
  process.stdout.write(`OpenAPI document: not checked, because ${why}\n`);
} else {
  const input = JSON.stringify(openapi());
  const { status, stdout, stderr } = spawnSync(python, ['-m', 'openapi_spec_validator', '-'], {
    input,
    encoding: 'utf8',
  });
  process.stdout.write(`${stdout}${stderr}OpenAPI document: checked by openapi-spec-validator\n`);
  if (status !== 0) process.exitCode = 1;
}
