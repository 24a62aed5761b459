import { UsageError } from '../usage-error.ts';

/** The region that requests are signed for. Throws a UsageError if nothing names it. */
export function regionOf(given: string | undefined, url: string, env: NodeJS.ProcessEnv): string {
  const named =
    given ??
    /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(new URL(url).hostname)?.[1] ??
    (env.AWS_REGION || env.AWS_DEFAULT_REGION);
  if (named === undefined) {
    throw new UsageError(
      `the region of ${url}, for which requests are signed, is not known`,
      'Name it with --region, such as --region eu-central-1.',
    );
  }
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(named)) return named;
  throw new UsageError(
    `the region must be an AWS region; received ${JSON.stringify(named)}`,
    'A region looks like eu-central-1.',
  );
}
