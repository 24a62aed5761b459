import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appWith, everything } from './stack-with-settings.ts';

/*
 * Checks the template with every setting by cfn-lint, if that is installed. CI runs it beside the tests, because it takes
 * ten seconds of a processor. CDK's own rules and cdk-nag are in stack.test.ts.
 * Run: npm run check:template
 */

const version = spawnSync('cfn-lint', ['--version'], { encoding: 'utf8' });
if (version.status === 0) check();
else process.stdout.write('template: not checked, because cfn-lint is not installed: pip install cfn-lint\n');

function check(): void {
  const outdir = mkdtempSync(join(tmpdir(), 'warden-template-'));
  try {
    const { app, stack } = appWith(everything, outdir);
    app.synth();
    // W3005: CDK writes dependencies that CloudFormation would find by itself.
    const { status, stdout } = spawnSync(
      'cfn-lint',
      ['-i', 'W3005', '--', join(outdir, stack.templateFile)],
      { encoding: 'utf8' },
    );
    process.stdout.write(`${stdout}template: checked by ${version.stdout}`);
    if (status !== 0) process.exitCode = 1;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
