/** Flags that npm takes for itself if `--` is missing before them, by the names of npm's variables. */
const flags = [
  'port',
  'host',
  'data',
  'webhook',
  'redrive-webhook',
  'sweep-interval',
  'timer-jitter',
  'auth',
];

/**
 * The message for somebody who wrote `npm start --port 1`: npm keeps such flags. Undefined if there are no such flags.
 */
export function npmFlagsText(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (env.npm_lifecycle_event !== 'start') return undefined;
  const kept = flags.filter((flag) => env[`npm_config_${flag.replaceAll('-', '_')}`] !== undefined);
  const [first] = kept;
  if (first === undefined) return undefined;
  return `npm kept ${kept.map((flag) => `--${flag}`).join(', ')} for itself: write -- before the flags, as in npm start -- --${first} …`;
}
