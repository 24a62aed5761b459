import * as z from 'zod/mini';

const BatchResponse = z.nullish(
  z.object({
    batchItemFailures: z.nullish(z.array(z.object({ itemIdentifier: z.string().check(z.minLength(1)) }))),
  }),
);

/**
 * The messages that a handler reports as failed. As on Lambda, nothing and an empty response mean success.
 * Throws an error if the response is malformed or names an unknown message: then the whole batch has failed.
 */
export function failedMessageIds(response: unknown, messageIds: ReadonlySet<string>): Set<string> {
  const parsed = BatchResponse.safeParse(response);
  if (!parsed.success) {
    throw new Error(`the handler returned no valid batch response: ${z.prettifyError(parsed.error)}`);
  }
  const failed = new Set((parsed.data?.batchItemFailures ?? []).map((failure) => failure.itemIdentifier));
  for (const id of failed) {
    if (!messageIds.has(id))
      throw new Error(`the handler reported a message that is not in its batch: ${id}`);
  }
  return failed;
}
