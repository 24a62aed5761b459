import { itemsOfIncident, itemsQuery } from './incident-items.ts';
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

/**
 * The list of the items that a notification is about, in the console. Undefined if the incident is over, and of a shortfall,
 * whose items are missing.
 */
export function itemsUrl(
  { workflow, kind, event, counts }: Pick<Notification, 'workflow' | 'kind' | 'event' | 'counts'>,
  { url }: Address,
): string | undefined {
  const filters = event === 'resolved' ? undefined : itemsOfIncident(kind, counts);
  return filters && `${url}/console#/workflows/${encodeURIComponent(workflow)}/items?${itemsQuery(filters)}`;
}

/** The notification with its links, where it is known where people reach the service. */
export function withLinks<Told extends Parameters<typeof itemsUrl>[0] & Parameters<typeof incidentUrl>[0]>(
  notification: Told,
  address: Address,
): Told & { url: string; itemsUrl?: string } {
  const items = itemsUrl(notification, address);
  const url = incidentUrl(notification, address);
  return { ...notification, url, ...(items !== undefined && { itemsUrl: items }) };
}

/** The end of a silence of an hour that begins with the notification. */
export function inAnHour(at: string): string {
  return new Date(Date.parse(at) + 3_600_000).toISOString();
}

/** In quotes of a POSIX shell, in which nothing is expanded. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
