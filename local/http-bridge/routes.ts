/** The key of a route of an HTTP API. */
export interface RouteKey {
  /** HTTP method in capitals, or ANY. */
  method: string;
  /** API Gateway route syntax: `/v1/workflows/{workflow}/items/{item+}`. */
  path: string;
}

export interface RouteMatch<Route> {
  route: Route;
  pathParameters: Record<string, string>;
}

type Segment = { kind: 'exact' | 'parameter' | 'greedy'; text: string };

const rank = { exact: '0', parameter: '1', greedy: '2' };

/**
 * Creates the route table of an HTTP API: an exact segment wins over `{parameter}`, which wins over `{greedy+}`; a
 * method wins over ANY. The returned function takes the decoded path: an encoded slash separates segments like any
 * other.
 */
export function compileRoutes<Route extends RouteKey>(
  routes: readonly Route[],
): (method: string, path: string) => RouteMatch<Route> | undefined {
  const table = routes
    .map((route) => ({ route, segments: parsePattern(route.path) }))
    .sort((a, b) => compare(sortKey(a), sortKey(b)));
  return (method, path) => {
    const parts = path.split('/').slice(1);
    for (const { route, segments } of table) {
      if (route.method !== method && route.method !== 'ANY') continue;
      const captured = capture(segments, parts);
      if (captured) return { route, pathParameters: Object.fromEntries(captured) };
    }
    return undefined;
  };
}

function parsePattern(path: string): Segment[] {
  const segments = path.split('/').slice(1).map(parseSegment);
  if (segments.slice(0, -1).some((segment) => segment.kind === 'greedy')) {
    throw new Error(`route ${path}: a greedy parameter must come last`);
  }
  return segments;
}

function parseSegment(text: string): Segment {
  const name = /^\{([^{}+]+)(\+?)\}$/.exec(text);
  if (!name?.[1]) return { kind: 'exact', text };
  return { kind: name[2] ? 'greedy' : 'parameter', text: name[1] };
}

/** The captured parameters; undefined if the path does not match. */
function capture(segments: readonly Segment[], parts: readonly string[]): [string, string][] | undefined {
  const captured: [string, string][] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'greedy') {
      const rest = parts.slice(index).join('/');
      if (rest === '') return undefined;
      captured.push([segment.text, rest]);
      return captured;
    }
    const part = parts[index];
    if (part === undefined) return undefined;
    if (segment.kind === 'exact' && part !== segment.text) return undefined;
    if (segment.kind === 'parameter') {
      if (part === '') return undefined;
      captured.push([segment.text, part]);
    }
  }
  return parts.length === segments.length ? captured : undefined;
}

function sortKey({ route, segments }: { route: RouteKey; segments: readonly Segment[] }): string {
  return segments.map((segment) => rank[segment.kind]).join('') + (route.method === 'ANY' ? '/1' : '/0');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
