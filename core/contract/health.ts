import * as z from 'zod/mini';

const Check = z.strictObject({
  name: z.enum(['items table', 'registry table', 'scheduler']),
  status: z.enum(['ok', 'failing']),
  tookMs: z.int().check(z.minimum(0)),
  error: z.optional(z.string()).check(z.meta({ description: "The error's name, never its text." })),
});

export const HealthReply = z.strictObject({ status: z.enum(['ok', 'failing']), checks: z.array(Check) });
export type HealthReply = z.infer<typeof HealthReply>;
