import type { Notification } from './notification.ts';

/** Where people reach the service. */
export interface Address {
  /** http or https, without a path and a slash at its end. */
  url: string;
  /** Whether callers need a token. */
  isTokenNeeded: boolean;
}

/** The address of a deployment: its callers need a token. */
export function addressOf(url: string | undefined): Address | undefined {
  return url === undefined ? undefined : { url, isTokenNeeded: true };
}

export interface Call {
  method: 'GET' | 'PUT' | 'PATCH' | 'POST';
  path: string;
  body?: object;
}

/**
 * A call of the API to copy: a curl command if it is known where the service is reached, otherwise method, path and body.
 * A token is taken from the variable WARDEN_TOKEN of the shell, so that none is in a notification.
 */
export function command({ method, path, body }: Call, address: Address | undefined): string {
  const json = body && jsonLine(body);
  if (address === undefined) return `${method} ${path}${json === undefined ? '' : ` with ${json}`}`;
  return [
    'curl',
    ...(method === 'GET' ? [] : ['-X', method]),
    ...(address.isTokenNeeded ? ['-H', '"authorization: Bearer $WARDEN_TOKEN"'] : []),
    quoted(address.url + path),
    ...(json === undefined ? [] : ['-d', quoted(json)]),
  ].join(' ');
}

function jsonLine(body: object): string {
  const members = Object.entries(body).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
  return `{${members.join(', ')}}`;
}

/** The page of an incident, in the console. */
export function incidentUrl({ incident }: Pick<Notification, 'incident'>, { url }: Address): string {
  return `${url}/console#/incidents/${encodeURIComponent(incident)}`;
}

/** The end of a silence of an hour that begins with the notification. */
export function inAnHour(at: string): string {
  return new Date(Date.parse(at) + 3_600_000).toISOString();
}

/** In quotes of a POSIX shell, in which nothing is expanded. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
