import type { Warden } from './warden.ts';

/**
 * Answers queries of partitions of the index to which nothing was ever written. A sweep queries 24 partitions of each
 * workflow and a notification up to 16, of which a test uses one or two, and hundreds of them must take only seconds.
 */
export function knowEmptyQueues({ aws }: Warden): void {
  const written = new Set<string | undefined>();
  const middleware = (next: (args: unknown) => Promise<unknown>) => (args: { input: WrittenOrAsked }) => {
    const { IndexName, Item, ExpressionAttributeValues: values } = args.input;
    if (Item?.queue) written.add(Item.queue.S);
    if (values?.[':set_queue']) written.add(values[':set_queue'].S);
    if (IndexName === undefined || written.has(values?.[':queue']?.S)) return next(args);
    const output = { Items: [], Count: 0, ScannedCount: 0, $metadata: {} };
    return Promise.resolve({ output, response: {} });
  };
  const { middlewareStack } = aws.dynamodb as unknown as Stacked;
  middlewareStack.add(middleware, { step: 'initialize', priority: 'low' });
}

/** The part of the client that is used: the SDK's type of a middleware names every command. */
interface Stacked {
  middlewareStack: { add(middleware: unknown, options: { step: 'initialize'; priority: 'low' }): void };
}

interface WrittenOrAsked {
  IndexName?: string;
  Item?: Record<string, { S?: string }>;
  ExpressionAttributeValues?: Record<string, { S?: string }>;
}
