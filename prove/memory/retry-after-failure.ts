type Step = (call: object) => Promise<unknown>;
type Middleware = (next: Step, context: { [direct]?: Step }) => Step;

/** The part of an SDK client that is changed here. */
interface Client {
  middlewareStack: {
    addRelativeTo(
      middleware: Middleware,
      options: { name: string; relation: 'before' | 'after'; toMiddleware: string },
    ): void;
  };
}

/** Under which the inner step leaves what comes after the SDK's retries to the outer one. */
const direct = Symbol('what comes after the retries');

/**
 * Begins the SDK's retries of a call when its first try has failed, and gives them that failure as their first try: they
 * prepare each call, with a stack trace among other things, and nearly all calls succeed at once.
 */
export function retryAfterFailure(client: unknown): void {
  const { middlewareStack } = client as Client;
  const failures = new WeakMap<object, unknown>();
  const inner: Middleware = (next, context) => {
    context[direct] = next;
    return (call) => {
      if (!failures.has(call)) return next(call);
      const failure = failures.get(call);
      failures.delete(call);
      return Promise.reject(failure);
    };
  };
  const outer: Middleware =
    (next, { [direct]: first = next }) =>
    async (call) => {
      try {
        return await first(call);
      } catch (failure) {
        failures.set(call, failure);
        return next(call);
      }
    };
  const toMiddleware = 'retryMiddleware';
  middlewareStack.addRelativeTo(inner, { name: 'failureOfFirstTry', relation: 'after', toMiddleware });
  middlewareStack.addRelativeTo(outer, { name: 'firstTry', relation: 'before', toMiddleware });
}
