interface Call {
  request: { headers: Record<string, string> };
}

type Middleware = (next: (call: Call) => Promise<unknown>) => (call: Call) => Promise<unknown>;

interface Stack {
  add(middleware: Middleware, options: { step: 'build'; name: string }): void;
  addRelativeTo(middleware: Middleware, options: object): void;
  concat(stack: Stack): Stack;
  remove(name: string): boolean;
}

/** The parts of an SDK client that are changed here. The configurations of clients have nothing else in common. */
interface Client {
  middlewareStack: Stack;
  /** What `cacheMiddleware` keeps, by command. */
  handlers?: unknown;
}

const date = '20260301T120000Z';
const headers = {
  'x-amz-date': date,
  authorization: `AWS4-HMAC-SHA256 Credential=local/${date.slice(0, 8)}/us-east-1/embedded/aws4_request, SignedHeaders=host, Signature=0`,
};

/** Steps of a call that servers in this process have no use for. */
const needless = [
  'httpAuthSchemeMiddleware',
  'httpSigningMiddleware',
  'getUserAgentMiddleware',
  'recursionDetectionMiddleware',
  'loggerMiddleware',
];

const unsigned: Middleware = (next) => (call) => {
  Object.assign(call.request.headers, headers);
  return next(call);
};

/** Each command finds out anew which endpoint it has to send to. Here it is the client's, in which nothing varies. */
const endpoint = 'endpointV2Middleware';
const place = { name: endpoint, relation: 'before', toMiddleware: 'serializerMiddleware', override: true };
const sameEndpoint: Middleware = (next) => next;

/**
 * Lets clients of the embedded servers send without a signature and without telling about themselves, and without asking where to send to,
 * which would take a third of their time: these servers only check that there is a signature. Without a port, nobody but this process
 * reaches them.
 */
export function lightenClients(clients: readonly unknown[]): void {
  for (const client of clients as Client[]) {
    const { middlewareStack } = client;
    for (const name of needless) middlewareStack.remove(name);
    middlewareStack.add(unsigned, { step: 'build', name: 'unsigned' });
    const { concat } = middlewareStack;
    middlewareStack.concat = (ofCommand) => {
      const whole = concat(ofCommand);
      if (whole.remove(endpoint)) whole.addRelativeTo(sameEndpoint, place);
      return whole;
    };
    renewAfterChanges(client);
  }
}

/** Clients keep their middleware for each command (`cacheMiddleware`), and tests and benches add some later. */
export function renewAfterChanges(client: unknown): void {
  const { middlewareStack } = client as Client;
  for (const name of ['add', 'remove'] as const) {
    const change = middlewareStack[name] as (...given: unknown[]) => boolean;
    middlewareStack[name] = (...given: unknown[]) => {
      delete (client as Client).handlers;
      return change(...given);
    };
  }
}
