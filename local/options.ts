import { isIPv4 } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import * as z from 'zod/mini';
import { pagerDutyEndpoint } from '../core/contract/formats/pager-duty-event.ts';
import type { Format } from '../core/contract/formats/rendered.ts';
import { workflowLimits } from '../core/names/workflow-limit.ts';
import packageJson from '../package.json' with { type: 'json' };
import { webhookKey } from './deliveries/webhook-secret.ts';
import { webhookTarget } from './deliveries/webhook-url.ts';
import { narrowItem } from './narrow-item.ts';

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
const SweepSeconds = z.pipe(
  z.string().check(z.regex(/^\d{1,3}(\.\d+)?$/)),
  z.pipe(
    z.transform((text: string) => Number(text)),
    z.number().check(z.minimum(1), z.maximum(120)),
  ),
);
const WorkflowLimit = z.pipe(
  z.string().check(z.regex(/^\d{1,7}$/)),
  z.pipe(
    z.transform((text: string) => Number(text)),
    z.int().check(z.minimum(1), z.maximum(workflowLimits.most)),
  ),
);
const Text = z.string().check(z.minLength(1));
const Switch = z.stringbool();

const webhookFormats = ['json', 'slack', 'pagerduty'] as const;
const RoutingKey = z.string().check(z.regex(/^[A-Za-z0-9]{32}$/));

export interface Options {
  port: number;
  host: string;
  data: string;
  auth: boolean;
  webhook?: string;
  webhookFormat: (typeof webhookFormats)[number];
  pagerdutyKey?: string;
  redriveWebhook?: string;
  webhookSecret?: string;
  timerJitter: number;
  /** Seconds. */
  sweepInterval: number;
  workflowLimit: number;
  verbose: boolean;
  built: boolean;
}

/** Prints the help or the error and throws a CommanderError with the exit code. */
export function parseOptions(
  argv: readonly string[],
  output: { writeOut: (text: string) => void; writeErr: (text: string) => void },
  program = 'process-warden',
): Options {
  const command = serviceCommand(program).configureOutput(output).exitOverride();
  const given = command.parse(argv, { from: 'user' }).opts<Options>();
  const options = {
    ...given,
    auth: given.auth && !isSwitchedOff(command, 'auth', 'WARDEN_AUTH'),
    verbose: given.verbose && !isSwitchedOff(command, 'verbose', 'WARDEN_VERBOSE'),
    built: given.built && !isSwitchedOff(command, 'built', 'WARDEN_BUILT'),
  };
  if (options.webhookFormat === 'pagerduty' && options.pagerdutyKey === undefined) {
    command.error(
      'error: --webhook-format pagerduty needs the routing key of an integration: set WARDEN_PAGERDUTY_KEY',
    );
  }
  if (options.webhookFormat !== 'json' && options.webhook === undefined) {
    const example =
      options.webhookFormat === 'pagerduty' ? pagerDutyEndpoint : 'https://hooks.slack.com/services/…';
    command.error(`error: --webhook-format ${options.webhookFormat} needs --webhook, such as ${example}`);
  }
  if (!options.auth && !isLoopback(options.host)) {
    command.error(
      `error: --host ${options.host} would let everybody who reaches it do everything; add --auth, or listen on 127.0.0.1`,
    );
  }
  return options;
}

/** The command line of the service. Each flag has an environment variable. */
export function serviceCommand(program: string): Command {
  // The message about a URL or a secret does not quote it: logs keep the output.
  const refuse = (flag: string, allowed: string): never =>
    command.error(`error: option '--${flag}' is invalid. It must be ${allowed}.`);
  const webhook = (flag: string, text: string) =>
    webhookTarget(text) === undefined ? refuse(flag, 'an http or https URL') : text;
  const webhookSecret = (text: string) =>
    webhookKey(text) === undefined
      ? refuse(
          'webhook-secret',
          'whsec_ and 24 to 64 bytes in base64, as `echo whsec_$(openssl rand -base64 32)` prints',
        )
      : text;
  const command: Command = new Command(program)
    .configureHelp({ formatItem: narrowItem, minWidthToWrap: 20 })
    .description(
      'Runs Process Warden on this machine. All AWS services are embedded; one folder keeps all data.',
    )
    .version(packageJson.version)
    .addOption(
      new Option('--port <number>', 'port to listen on; 0 for any free port')
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
      new Option('--auth', 'require a token from callers; prints the first admin token')
        .env('WARDEN_AUTH')
        .default(false),
    )
    .addOption(
      new Option('--data <folder>', 'folder that keeps all data')
        .env('WARDEN_DATA')
        .default('.warden')
        .argParser(as(Text, 'must not be empty')),
    )
    .addOption(
      new Option(
        '--webhook <url>',
        'post every notification to this URL as JSON, and repeat the post until the reply is 2xx',
      )
        .env('WARDEN_WEBHOOK')
        .argParser((text) => webhook('webhook', text)),
    )
    .addOption(
      new Option(
        '--webhook-format <format>',
        'format of the posts to the webhook: our JSON, Slack, or PagerDuty Events v2',
      )
        .env('WARDEN_WEBHOOK_FORMAT')
        .choices(webhookFormats)
        .default('json'),
    )
    .addOption(
      new Option(
        '--pagerduty-key <key>',
        'routing key of a PagerDuty Events API v2 integration; safer in the variable',
      )
        .env('WARDEN_PAGERDUTY_KEY')
        .argParser(as(RoutingKey, 'must be 32 letters and digits')),
    )
    .addOption(
      new Option(
        '--redrive-webhook <url>',
        'post every resumed item to this URL as JSON, and repeat the post until the reply is 2xx',
      )
        .env('WARDEN_REDRIVE_WEBHOOK')
        .argParser((text) => webhook('redrive-webhook', text)),
    )
    .addOption(
      new Option(
        '--webhook-secret <secret>',
        'sign every post to the webhooks as Standard Webhooks says; safer in the variable, which ps does not show',
      )
        .env('WARDEN_WEBHOOK_SECRET')
        .argParser(webhookSecret),
    )
    .addOption(
      new Option(
        '--timer-jitter <seconds>',
        'fire timers up to this many seconds early or late, at random, as AWS may',
      )
        .env('WARDEN_TIMER_JITTER')
        .default(0)
        .argParser(as(JitterSeconds, 'must be a number from 0 to 60')),
    )
    .addOption(
      new Option('--sweep-interval <seconds>', 'how often the sweep finds lost timers and advances incidents')
        .env('WARDEN_SWEEP_INTERVAL')
        .default(15)
        .argParser(as(SweepSeconds, 'must be a number from 1 to 120')),
    )
    .addOption(
      new Option('--workflow-limit <number>', 'the most workflows that registrations may create')
        .env('WARDEN_WORKFLOW_LIMIT')
        .default(workflowLimits.default)
        .argParser(as(WorkflowLimit, `must be a whole number from 1 to ${workflowLimits.most}`)),
    )
    .addOption(
      new Option('--verbose', 'log every request as JSON on stderr').env('WARDEN_VERBOSE').default(false),
    )
    .addOption(
      new Option('--built', 'run the bundles of `npm run build`, which log to stdout as they do on Lambda')
        .env('WARDEN_BUILT')
        .default(false),
    )
    .helpOption('--help', 'show this help')
    .allowExcessArguments(false);
  return command;
}

export function formatOf({
  webhookFormat,
  pagerdutyKey,
}: Pick<Options, 'webhookFormat' | 'pagerdutyKey'>): Format {
  return webhookFormat === 'pagerduty'
    ? { name: webhookFormat, routingKey: pagerdutyKey ?? '' }
    : { name: webhookFormat };
}

/** Addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** Commander treats any value of a variable, even "false", as the flag. */
function isSwitchedOff(command: Command, option: string, variable: string): boolean {
  if (command.getOptionValueSource(option) !== 'env') return false;
  const text = process.env[variable] ?? '';
  const parsed = z.safeParse(Switch, text);
  if (parsed.success) return !parsed.data;
  return command.error(
    `error: option '--${option}' value '${text}' from env '${variable}' is invalid. It must be true or false.`,
  );
}

function as<Schema extends z.core.$ZodType>(schema: Schema, allowed: string) {
  return (text: string): z.output<Schema> => {
    const parsed = z.safeParse(schema, text);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(`It ${allowed}.`);
  };
}
