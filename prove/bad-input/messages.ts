import * as z from 'zod';
import { type ProblemCode, problems } from '../../core/contract/problem.ts';
import type { QueueHandler } from '../../core/lambda/queue-function.ts';
import { isValid, jsonIn } from './allowed.ts';
import { type Described, type Json, operations, resolved } from './document.ts';
import { type Draft, textOf } from './draft.ts';
import { isInvalid } from './requests.ts';

const batch = operations.find(({ route }) => route.endsWith('/batch')) as Described;
const ofOperations: Json = resolved(batch.body).properties.operations;
const schema = messageOf(ofOperations);

/**
 * A message to the ingest queue, as if it were an operation: the body of a batch, and its workflow (docs/events-in.md). Its
 * operations are on an item of its own, so that nothing is refused unless it has a fault.
 */
export function message(number: number): Described {
  const item = `item-${number}`;
  return {
    method: 'message',
    route: 'ingest',
    parameters: [],
    scope: undefined,
    body: schema,
    hasText: false,
    examples: batch.examples.map((example) => ({
      workflow: 'uploads',
      operations: example.operations.map(({ run: _, ...one }: Json) => ({
        ...one,
        item,
        // Only a registration needs one.
        ...(one.op === 'register' && { run: `run-${number}` }),
      })),
    })),
  };
}

/** A message in which every operation is parsed alone. */
const envelope = messageOf({ type: 'array', minItems: 1, maxItems: ofOperations.maxItems });

function messageOf(those: Json): Json {
  return {
    type: 'object',
    properties: { workflow: batch.parameters[0]?.schema, operations: those },
    required: ['workflow', 'operations'],
    additionalProperties: false,
  };
}

/** What is not allowed in the message: all of it, or only some of its operations, which stop no others. */
export function wrongIn({ body }: Draft): 'message' | 'operation' | undefined {
  const json = jsonIn(body);
  if (json === undefined || !isValid(envelope, json)) return 'message';
  const isWithoutRun = json.operations.some((one: Json) => one?.op === 'register' && one.run === undefined);
  return isWithoutRun || !isValid(schema, json) ? 'operation' : undefined;
}

interface Asked {
  draft: Draft;
  number: number;
  sentAt: number;
  /** Whether another message comes in the same invocation, which nobody may refuse. */
  hasCompany: boolean;
  /** The calls to AWS that left something behind, and the lines of the log. */
  stored: readonly string[];
  lines: readonly string[];
}

/** Lets Amazon SQS deliver the message. Returns what must not be. */
export async function messageFault(
  { ingest, isThere }: { ingest: QueueHandler; isThere: (item: string) => Promise<boolean> },
  { draft, number, sentAt, hasCompany, stored, lines }: Asked,
): Promise<string | undefined> {
  const attributes = { SentTimestamp: String(sentAt) };
  const item = `company-${number}`;
  const company = {
    workflow: 'uploads',
    operations: [{ op: 'register', item, run: `run-${number}`, timeout: 3_600 }],
  };
  const Records = [
    { messageId: 'drawn', body: textOf(draft), attributes },
    ...(hasCompany ? [{ messageId: 'company', body: JSON.stringify(company), attributes }] : []),
  ];
  const wrong = wrongIn(draft);
  const failed = await ingest({ Records }).then(
    ({ batchItemFailures }) => batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
    (error: unknown) => error as Error,
  );
  if (failed instanceof Error) return `every message of the invocation failed: ${failed.message}`;
  const statuses = failed.includes('drawn') ? statusesOf(lines) : [];
  if (statuses.some((status) => status >= 500)) return `it failed with ${statuses.join(', ')}`;
  if (wrong !== undefined && !statuses.some(isInvalid))
    return `a message that is not allowed was not refused as such: ${statuses.join(', ') || 'it was accepted'}`;
  if (failed.includes('company')) return 'another message of the invocation failed, too';
  if (wrong === 'message' && !hasCompany && stored.length > 0)
    return `a message that is not allowed was refused, and ${stored.join(', ')} was called`;
  if (hasCompany && !(await isThere(item))) return 'another message of the invocation was dropped';
  return undefined;
}

const Line = z.object({
  message: z.optional(z.string()),
  messageId: z.optional(z.string()),
  codes: z.optional(z.string()),
});

/** Why the message failed, as HTTP statuses: nobody but the log says it. */
function statusesOf(lines: readonly string[]): number[] {
  return lines.flatMap((text) => {
    const { message, messageId, codes = '' } = Line.parse(JSON.parse(text));
    if (messageId !== 'drawn') return [];
    if (message === 'message cannot be read') return [400];
    return codes.split(' ').map((code) => problems[code as ProblemCode].status);
  });
}
