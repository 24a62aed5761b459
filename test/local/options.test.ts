import { afterEach, expect, test, vi } from 'vitest';
import { parseOptions, serviceCommand } from '../../local/options.ts';

/* test/e2e/start.test.ts shows with two real starts that the process ends with the code, and prints the text. */

afterEach(() => vi.unstubAllEnvs());

function parse(args: readonly string[], env: Record<string, string> = {}) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const printed = { out: '', err: '' };
  const output = {
    writeOut: (text: string) => {
      printed.out += text;
    },
    writeErr: (text: string) => {
      printed.err += text;
    },
  };
  try {
    return { options: parseOptions(args, output), exitCode: undefined, ...printed };
  } catch (error) {
    return { options: undefined, exitCode: (error as { exitCode?: number }).exitCode, ...printed };
  }
}

test.each([40, 60, 80])('--help fits a terminal of %i columns', (columns) => {
  let shown = '';
  serviceCommand('warden start')
    .configureOutput({ getOutHelpWidth: () => columns, writeOut: (text) => (shown += text) })
    .outputHelp();
  expect(shown).toContain('--sweep-interval');
  expect(shown.split('\n').filter((line) => line.length > columns)).toEqual([]);
});

test('--help shows each flag with its default and its variable', () => {
  const { exitCode, out, err } = parse(['--help']);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  const text = out.replaceAll(/\s+/g, ' ');
  for (const [flag, defaultValue, variable] of [
    ['--port <number>', '8080', 'WARDEN_PORT'],
    ['--host <address>', '"127.0.0.1"', 'WARDEN_HOST'],
    ['--data <folder>', '".warden"', 'WARDEN_DATA'],
    ['--timer-jitter <seconds>', '0', 'WARDEN_TIMER_JITTER'],
    ['--sweep-interval <seconds>', '15', 'WARDEN_SWEEP_INTERVAL'],
    ['--auth', 'false', 'WARDEN_AUTH'],
    ['--verbose', 'false', 'WARDEN_VERBOSE'],
  ]) {
    expect(text).toMatch(new RegExp(`${flag} [^()]*\\(default: ${defaultValue}, env: ${variable}\\)`));
  }
  expect(text).toMatch(/--webhook <url> [^()]*\(env: WARDEN_WEBHOOK\)/);
  expect(text).toMatch(/--redrive-webhook <url> [^()]*\(env: WARDEN_REDRIVE_WEBHOOK\)/);
});

const portRange = /'--port <number>'.*whole number from 0 to 65535/;
const wrong: [string[], Record<string, string>, RegExp][] = [
  [['--port', 'abc'], {}, portRange],
  [['--port', '65536'], {}, portRange],
  [[], { WARDEN_PORT: '-1' }, /from env 'WARDEN_PORT' is invalid.*from 0 to 65535/],
  [['--host', ''], {}, /must not be empty/],
  [['--data', ''], {}, /must not be empty/],
  [['--webhook', 'ftp://example.org'], {}, /must be an http or https URL/],
  [[], { WARDEN_WEBHOOK: 'nonsense' }, /--webhook.*must be an http or https URL/],
  [[], { WARDEN_REDRIVE_WEBHOOK: 'nonsense' }, /--redrive-webhook.*must be an http or https URL/],
  [[], { WARDEN_TIMER_JITTER: '61' }, /WARDEN_TIMER_JITTER.*must be a number from 0 to 60/],
  [['--sweep-interval', '0.9'], {}, /'--sweep-interval <seconds>'.*must be a number from 1 to 120/],
  [[], { WARDEN_SWEEP_INTERVAL: '120.5' }, /WARDEN_SWEEP_INTERVAL.*must be a number from 1 to 120/],
  [['--port', '0', '--data', 'here'], { WARDEN_VERBOSE: 'maybe' }, /WARDEN_VERBOSE.*must be true or false/],
  [[], { WARDEN_AUTH: 'maybe' }, /WARDEN_AUTH.*must be true or false/],
  [['--host', '0.0.0.0'], {}, /--host 0\.0\.0\.0 would let everybody who reaches it .*--auth/],
  [['--host', '::'], {}, /--host :: would .*--auth/],
  [['--host', '127.example.org'], {}, /--auth/],
  [[], { WARDEN_HOST: '192.0.2.1' }, /--host 192\.0\.2\.1 would .*--auth/],
  [['--host', '0.0.0.0'], { WARDEN_AUTH: 'false' }, /--auth/],
  [['--webhook-format', 'teams'], {}, /Allowed choices are json, slack, pagerduty/],
  [['--webhook-format', 'slack'], {}, /--webhook-format slack needs --webhook/],
  [['--webhook-format', 'pagerduty'], {}, /needs the routing key.*WARDEN_PAGERDUTY_KEY/],
  [[], { WARDEN_PAGERDUTY_KEY: 'short' }, /must be 32 letters and digits/],
  [['--colour'], {}, /unknown option '--colour'/],
  [['extra'], {}, /too many arguments/],
];

test.each(wrong)('%j with %j is refused in one line that says what is allowed', (args, env, line) => {
  const { options, ...refused } = parse(args, env);
  expect(options).toBeUndefined();
  expect(refused).toEqual({ exitCode: 1, out: '', err: expect.stringMatching(/^[^\n]+\n$/) });
  expect(refused.err).toMatch(line);
});

test('security M3: a webhook or secret that is refused is not shown', () => {
  for (const args of [
    ['--webhook', 'ftp://user:hidden@host/hidden'],
    ['--redrive-webhook', 'hidden'],
    ['--webhook-secret', 'hidden'],
  ]) {
    const { exitCode, out, err } = parse(args);
    expect(exitCode).toBe(1);
    expect(out + err).toMatch(new RegExp(`^error: option '${args[0]}' is invalid\\. It must be .*\\n$`));
    expect(out + err).not.toContain('hidden');
  }
});

test('flags have precedence over their variables', () => {
  const env = {
    WARDEN_PORT: '1',
    WARDEN_DATA: '/dev/null',
    WARDEN_HOST: 'localhost',
    WARDEN_WEBHOOK: 'http://example.org/a',
    WARDEN_WEBHOOK_FORMAT: 'pagerduty',
    WARDEN_PAGERDUTY_KEY: 'e93facc04764012d7bfb002500d5d1a6',
    WARDEN_REDRIVE_WEBHOOK: 'https://example.org/b',
    WARDEN_SWEEP_INTERVAL: '1.5',
    WARDEN_TIMER_JITTER: '2',
    WARDEN_WORKFLOW_LIMIT: '7',
    WARDEN_AUTH: 'true',
    WARDEN_VERBOSE: 'no',
  };
  expect(parse(['--port', '2', '--data', 'here'], env).options).toEqual({
    port: 2,
    data: 'here',
    host: 'localhost',
    webhook: 'http://example.org/a',
    webhookFormat: 'pagerduty',
    pagerdutyKey: 'e93facc04764012d7bfb002500d5d1a6',
    redriveWebhook: 'https://example.org/b',
    sweepInterval: 1.5,
    timerJitter: 2,
    workflowLimit: 7,
    auth: true,
    verbose: false,
    built: false,
  });
});
