import * as z from 'zod/mini';

const Structured = z.object({ default: z.string() });

/**
 * The message that SNS would deliver. fauxqs delivers a message published with MessageStructure json unchanged, with
 * the texts of all protocols; SNS chooses the text of the protocol, or the default.
 */
export function deliveredMessage(body: string): string {
  try {
    return Structured.safeParse(JSON.parse(body)).data?.default ?? body;
  } catch (error) {
    // Published without a structure, it need not be JSON.
    if (error instanceof SyntaxError) return body;
    throw error;
  }
}
