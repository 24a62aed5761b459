import { CommanderError } from 'commander';
import type { GlobalOptions } from './chosen-options.ts';
import { createProcessContext } from './process-context.ts';
import { createProgram } from './program.ts';

const chosen: GlobalOptions = { json: false, color: true };
const context = createProcessContext(chosen);

try {
  await createProgram(context, chosen).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
  } else {
    const { errorReport } = await import('./error-report.ts');
    const { text, problem, exitCode } = errorReport(error, context.chosenTarget, context.stderr.columns);
    context.stderr.write(text);
    if (context.json) context.stdout.write(`${JSON.stringify(problem)}\n`);
    process.exitCode = exitCode;
  }
}
