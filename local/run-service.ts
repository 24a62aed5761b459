import { resolve } from 'node:path';
import { CommanderError } from 'commander';
import { systemClock } from '../core/clock.ts';
import { pathOf } from '../core/contract/path-of.ts';
import { createLog, errorFields } from '../core/log.ts';
import { makeDataFolder } from './data-folder.ts';
import { postNotice } from './deliveries/notice.ts';
import { npmFlagsText } from './npm-flags.ts';
import { formatOf, isLoopback, parseOptions } from './options.ts';
import { Output } from './output.ts';
import { terminalText } from './print-notification.ts';
import type { Service, ServiceOptions } from './service.ts';
import { startErrorText } from './start-error.ts';

interface Printer {
  out: Output;
  errors: Output;
}

/**
 * Runs the service until a signal stops it. Returns once the service listens, or once the reason that it cannot start is
 * printed and the exit code is set.
 *
 * @param program what the help calls the program
 */
export async function runService(argv: readonly string[], program: string): Promise<void> {
  const printer = { out: new Output(process.stdout), errors: new Output(process.stderr) };
  try {
    const options = parseOptions(
      argv,
      {
        writeOut: (text) => void printer.out.write(text),
        writeErr: (text) => void printer.errors.write(text),
      },
      program,
    );
    const forgotten = npmFlagsText(process.env);
    if (forgotten === undefined) {
      await run(options, printer);
    } else {
      printer.errors.say(`process-warden: ${forgotten}`);
      process.exitCode = 1;
    }
  } catch (error) {
    // Commander has already printed its own text.
    process.exitCode = error instanceof CommanderError ? error.exitCode : 1;
    if (!(error instanceof CommanderError)) throw error;
  }
}

async function run(options: ReturnType<typeof parseOptions>, { out, errors }: Printer): Promise<void> {
  const say = (line: string) => out.say(line);
  const complain = (line: string) => errors.say(line);
  const log = createLog((line, level) => {
    if (options.verbose || level !== 'info') complain(line);
  });
  const fail = (error: unknown) => {
    complain(`process-warden: ${startErrorText(error, options)}`);
    process.exitCode = 1;
  };
  // The embedded servers throw errors of their stores where nobody can catch them.
  let service: Service | undefined;
  process.on('uncaughtException', (cause: Error) => {
    if (service?.survives(cause)) return;
    if (service === undefined) {
      fail(Object.assign(new Error(cause.message, { cause }), { code: 'DATABASE_FAILED' }));
      process.exit();
    }
    log.error('the service has stopped because of an internal error', errorFields(cause));
    const line = `the warden has stopped because of an internal error (${cause.name}): nothing is watched; start it again, and report the error`;
    complain(line);
    void postNotice(settings, line).finally(() => process.exit(1));
  });
  const colour = process.stdout.isTTY && process.env.NO_COLOR === undefined;
  const settings: ServiceOptions = {
    ...options,
    jitterMs: options.timerJitter * 1000,
    sweepEveryMs: options.sweepInterval * 1000,
    format: formatOf(options),
    clock: systemClock,
    log,
    print: (notification, address) => out.write(terminalText(notification, colour, address)),
    outputFault: () => out.fault ?? errors.fault,
    tell: complain,
    showToken: (token) => say(`First admin token, shown only this once: ${token}`),
  };
  try {
    makeDataFolder(resolve(options.data));
    // Not earlier: loading it takes most of the time of a start, and the help and a refused start need nothing of it.
    const { startService } = await import('./service.ts');
    service = await startService(settings);
    const started = service;
    // Before anybody can read that it listens: a signal right after that line stops the service and does not kill it.
    stopOnSignal(say, () => started.stop());
    say(`Process Warden listens on ${started.url} and keeps its data in ${options.data}`);
    say(`Alerts are shown here. API: GET ${pathOf('read-openapi', {})}. Stop with Ctrl-C.`);
    if (!isLoopback(options.host)) {
      complain(
        `--host ${options.host} speaks plain HTTP: others on the network can read tokens and data; put a proxy with TLS before it`,
      );
    }
  } catch (error) {
    fail(error);
  }
}

function stopOnSignal(say: (line: string) => void, stop: () => Promise<void>): void {
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
