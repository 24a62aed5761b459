import * as z from 'zod/mini';
import { systemClock } from '../clock.ts';
import { createLog } from '../log.ts';
import type { Running } from '../running.ts';

/**
 * The handler that Lambda calls, created once from the environment when Lambda loads the module. Anywhere else (the
 * local service, a test, a bundler) the module is only imported, and its `create` is called with other clients.
 *
 * Throws one error that names every missing or invalid variable, so that a deployment fails at its start.
 */
export function onLambda<Schema extends z.core.$ZodType, Handler>(
  environment: Schema,
  create: (environment: z.output<Schema>, running: Running) => Handler,
): Handler | undefined {
  if (process.env.AWS_LAMBDA_FUNCTION_NAME === undefined) return undefined;
  return create(parseEnvironment(environment, process.env), {
    clock: systemClock,
    log: createLog((line) => process.stdout.write(`${line}\n`), process.env.SERVICE_NAME),
  });
}

/** Values of the environment, never shown in the error: some may become secrets. */
export function parseEnvironment<Schema extends z.core.$ZodType>(
  schema: Schema,
  environment: Record<string, string | undefined>,
): z.output<Schema> {
  const parsed = z.safeParse(schema, environment);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => issue.path.join('.'));
  throw new Error(`environment variables missing or not valid: ${faults.join(', ')}`);
}
