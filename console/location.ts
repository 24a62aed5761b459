import { signal } from '@preact/signals';

/** The current place: the path and the query behind the `#`, so that a link opens exactly a filtered list. */
export interface Place {
  path: readonly string[];
  query: URLSearchParams;
}

export const place = signal(placeOf(location.hash));

addEventListener('hashchange', () => {
  place.value = placeOf(location.hash);
  scrollTo(0, 0);
});

function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return { path: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

/** Somebody may type a `%` that encodes nothing. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The link to a place. */
export function hrefOf(
  path: readonly string[],
  query: Record<string, string | readonly string[] | undefined> = {},
) {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    ),
  ).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

export function go(href: string): void {
  location.hash = href;
}

/** Changes the query of this place without an entry in the history for each letter that is typed. */
export function changeQuery(changes: Record<string, string | readonly string[] | undefined>): void {
  const { path, query } = place.value;
  const all: Record<string, readonly string[]> = {};
  for (const name of new Set(query.keys())) all[name] = query.getAll(name);
  for (const [name, value] of Object.entries(changes)) {
    all[name] = value === undefined || value === '' ? [] : [value].flat();
  }
  history.replaceState(null, '', hrefOf(path, all));
  place.value = placeOf(location.hash);
}
