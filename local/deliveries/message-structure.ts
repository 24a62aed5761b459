import * as z from 'zod/mini';

const Structured = z.object({ default: z.string() });

/**
 * The message that SNS would deliver. fauxqs passes a message published with MessageStructure json on as it is,
 * with the texts of all protocols; SNS takes the one of the protocol, or the default one.
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
