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
  /** The handlers that `cacheMiddleware` keeps, by command. */
  handlers?: unknown;
  config: Record<string, unknown>;
}

const date = '20260301T120000Z';
const headersIn = (region: string) => ({
  'x-amz-date': date,
  authorization: `AWS4-HMAC-SHA256 Credential=local/${date.slice(0, 8)}/${region}/embedded/aws4_request, SignedHeaders=host, Signature=0`,
});

/** Steps of a call that servers in this process do not need. */
const needless = [
  'httpAuthSchemeMiddleware',
  'httpSigningMiddleware',
  'getUserAgentMiddleware',
  'recursionDetectionMiddleware',
  'loggerMiddleware',
];

/** The members that the steps of a call read in their copies of the client's configuration. */
const copied = [
  'disableHostPrefix',
  'endpoint',
  'endpointProvider',
  'isCustomEndpoint',
  'region',
  'serviceId',
  'streamCollector',
  'useDualstackEndpoint',
  'useFipsEndpoint',
  'utf8Encoder',
];

const unsignedIn = (region: string): Middleware => {
  const headers = headersIn(region);
  return (next) => (call) => {
    Object.assign(call.request.headers, headers);
    return next(call);
  };
};

/** Each command finds out anew which endpoint it has to send to. Here it is the client's, in which nothing varies. */
const endpoint = 'endpointV2Middleware';
const place = { name: endpoint, relation: 'before', toMiddleware: 'serializerMiddleware', override: true };
const sameEndpoint: Middleware = (next) => next;

/**
 * Lets clients of the embedded servers send requests without a signature, without a user agent, and without resolving the
 * endpoint anew, which would take a third of their time: these servers only check that there is a signature. Without a
 * port, nobody but this process reaches them. Each call copies the configuration of its client three times, which would
 * take a third of the rest: only the members that are read in the copies are copied.
 *
 * @param region of the signature's scope: DynamoDB Local keeps a database for each
 */
export function lightenClients(clients: readonly unknown[], region = 'us-east-1'): void {
  const unsigned = unsignedIn(region);
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
    inheritUncopied(client.config);
    renewAfterChanges(client);
  }
}

/** Moves members to the prototype, where they are read as before, but a copy does not even look at them. */
function inheritUncopied(config: Client['config']): void {
  const inherited: object = Object.create(Object.getPrototypeOf(config));
  for (const name of Object.keys(config)) {
    if (copied.includes(name)) continue;
    Object.defineProperty(inherited, name, Object.getOwnPropertyDescriptor(config, name) ?? {});
    delete config[name];
  }
  Object.setPrototypeOf(config, inherited);
}

/** Clients keep their middleware for each command (`cacheMiddleware`), and tests and benches add some later. */
function renewAfterChanges(client: unknown): void {
  const { middlewareStack } = client as Client;
  for (const name of ['add', 'remove'] as const) {
    const change = middlewareStack[name] as (...given: unknown[]) => boolean;
    middlewareStack[name] = (...given: unknown[]) => {
      delete (client as Client).handlers;
      return change(...given);
    };
  }
}
