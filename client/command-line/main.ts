import { CommanderError } from 'commander';
import type { GlobalOptions } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { createProcessContext } from './process-context.ts';
import { createProgram } from './program.ts';

/** Whoever read the output has enough of it, as `head` does: the code of a program that SIGPIPE ended. */
const nobodyReads = 141;

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    process.exit(code === 'EPIPE' ? nobodyReads : exitCodes.failed);
  });
}

const chosen: GlobalOptions = { json: false, color: true };
const context = createProcessContext(chosen);

try {
  await createProgram(context, chosen).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
  } else {
    const { errorReport } = await import('./error-report.ts');
    const { text, problem, exitCode } = errorReport(error, context.chosenTarget);
    process.stderr.write(text);
    if (context.json) process.stdout.write(`${JSON.stringify(problem)}\n`);
    process.exitCode = exitCode;
  }
}
