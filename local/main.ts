import { CommanderError } from 'commander';
import { systemClock } from '../core/clock.ts';
import { pathOf } from '../core/contract/path-of.ts';
import { createLog } from '../core/log.ts';
import { formatOf, parseOptions } from './options.ts';
import { terminalText } from './print-notification.ts';
import { startService } from './service.ts';
import { startErrorText } from './start-error.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`${line}\n`);

try {
  const options = parseOptions(process.argv.slice(2), {
    writeOut: (text) => process.stdout.write(text),
    writeErr: (text) => process.stderr.write(text),
  });
  await run(options);
} catch (error) {
  // Commander has already printed its own text.
  process.exitCode = error instanceof CommanderError ? error.exitCode : 1;
  if (!(error instanceof CommanderError)) throw error;
}

async function run(options: ReturnType<typeof parseOptions>): Promise<void> {
  const log = createLog((line, level) => {
    if (options.verbose || level !== 'info') complain(line);
  });
  const fail = (error: unknown) => {
    complain(`process-warden: ${startErrorText(error, options)}`);
    process.exitCode = 1;
  };
  // dynalite throws errors of its store where nobody can catch them.
  const onUncaught = (cause: Error) => {
    fail(Object.assign(new Error(cause.message, { cause }), { code: 'DATABASE_FAILED' }));
    process.exit();
  };
  process.once('uncaughtException', onUncaught);
  const colour = process.stdout.isTTY && process.env.NO_COLOR === undefined;
  try {
    const service = await startService({
      ...options,
      jitterMs: options.timerJitter * 1000,
      sweepEveryMs: options.sweepInterval * 1000,
      format: formatOf(options),
      clock: systemClock,
      log,
      print: (notification, address) => process.stdout.write(terminalText(notification, colour, address)),
      tell: complain,
      showToken: (token) => say(`First admin token, shown only this once: ${token}`),
    });
    say(`Process Warden listens on ${service.url} and keeps its data in ${options.data}`);
    say(`Alerts are shown here. API: GET ${pathOf('read-openapi', {})}. Stop with Ctrl-C.`);
    stopOnSignal(() => service.stop());
  } catch (error) {
    fail(error);
  } finally {
    process.off('uncaughtException', onUncaught);
  }
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = async () => {
    // A second Ctrl-C stops the process at once.
    if (stopping) process.exit(130);
    stopping = true;
    say('Stopping…');
    await stop();
    process.exit(0);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
