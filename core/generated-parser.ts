import type * as z from 'zod/mini';
import { $ZodObjectJIT } from 'zod/v4/core';

/**
 * The same schema, for what nearly every request parses: at its first use it generates code for its members, which takes a
 * third of the time of zod/mini's loop. Its results and its errors are the same (docs/adr/0006).
 */
export function withGeneratedParser<Schema extends z.ZodMiniObject>(
  schema: Schema,
): z.core.$ZodType<z.output<Schema>, z.input<Schema>> {
  const parser: unknown = new $ZodObjectJIT(schema._zod.def);
  return parser as z.core.$ZodType<z.output<Schema>, z.input<Schema>>;
}
