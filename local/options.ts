import { Command, InvalidArgumentError, Option } from 'commander';
import * as z from 'zod/mini';
import packageJson from '../package.json' with { type: 'json' };

const Port = z.pipe(
  z.string().check(z.regex(/^\d{1,5}$/)),
  z.pipe(
    z.transform((text: string) => Number(text)),
    z.int().check(z.maximum(65_535)),
  ),
);
const JitterSeconds = z.pipe(
  z.string().check(z.regex(/^\d{1,2}(\.\d+)?$/)),
  z.pipe(
    z.transform((text: string) => Number(text)),
    z.number().check(z.maximum(60)),
  ),
);
const Webhook = z.string().check(
  z.refine((text) => {
    const url = URL.parse(text);
    return url !== null && ['http:', 'https:'].includes(url.protocol);
  }),
);
const Text = z.string().check(z.minLength(1));
const Switch = z.stringbool();

export interface Options {
  port: number;
  host: string;
  data: string;
  webhook?: string;
  timerJitter: number;
  verbose: boolean;
}

/**
 * The command line, each flag with a twin in the environment. Prints help or what is wrong and throws a
 * CommanderError with the exit code.
 */
export function parseOptions(
  argv: readonly string[],
  output: { writeOut: (text: string) => void; writeErr: (text: string) => void },
): Options {
  const command = new Command('process-warden')
    .description('Process Warden on this machine: everything embedded, kept in one folder.')
    .version(packageJson.version)
    .addOption(
      new Option('--port <number>', 'port to listen on, 0 for any that is free')
        .env('WARDEN_PORT')
        .default(8080)
        .argParser(as(Port, 'must be a whole number from 0 to 65535')),
    )
    .addOption(
      new Option('--host <address>', 'address to listen on')
        .env('WARDEN_HOST')
        .default('127.0.0.1')
        .argParser(as(Text, 'must not be empty')),
    )
    .addOption(
      new Option('--data <folder>', 'folder that keeps everything')
        .env('WARDEN_DATA')
        .default('.warden')
        .argParser(as(Text, 'must not be empty')),
    )
    .addOption(
      new Option('--webhook <url>', 'post every notification there as JSON, until it is taken')
        .env('WARDEN_WEBHOOK')
        .argParser(as(Webhook, 'must be an http or https URL')),
    )
    .addOption(
      new Option('--timer-jitter <seconds>', 'fire timers at random up to so much early or late, as AWS may')
        .env('WARDEN_TIMER_JITTER')
        .default(0)
        .argParser(as(JitterSeconds, 'must be a number from 0 to 60')),
    )
    .addOption(
      new Option('--verbose', 'log every request, as JSON on stderr').env('WARDEN_VERBOSE').default(false),
    )
    .helpOption('--help', 'show this help')
    .allowExcessArguments(false)
    .configureOutput(output)
    .exitOverride();
  const options = command.parse(argv, { from: 'user' }).opts<Options>();
  return { ...options, verbose: options.verbose && !isSwitchedOff(command) };
}

/** Commander takes a variable of any value, even "false", for the flag. */
function isSwitchedOff(command: Command): boolean {
  if (command.getOptionValueSource('verbose') !== 'env') return false;
  const text = process.env.WARDEN_VERBOSE ?? '';
  const parsed = z.safeParse(Switch, text);
  if (parsed.success) return !parsed.data;
  return command.error(
    `error: option '--verbose' value '${text}' from env 'WARDEN_VERBOSE' is invalid. It must be true or false.`,
  );
}

function as<Schema extends z.core.$ZodType>(schema: Schema, allowed: string) {
  return (text: string): z.output<Schema> => {
    const parsed = z.safeParse(schema, text);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(`It ${allowed}.`);
  };
}
