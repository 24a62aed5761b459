import * as z from 'zod/mini';
import { Clients } from '../aws/clients.ts';
import type { Statistics } from '../aws/registry/statistics.ts';
import { systemClock } from '../clock.ts';
import { createLog } from '../log.ts';
import type { environments } from '../names/environments.ts';
import { type Connected, type Connectors, connect } from './connect.ts';

export type FunctionName = keyof typeof environments;
export type Environment<Name extends FunctionName> = z.output<(typeof environments)[Name]>;

/** One function, for Lambda and for everybody else. */
export interface Entry<Service, Handler> {
  /** Creates the function from any ports: the local service and tests have clients of their own. */
  create: (service: Service) => Handler;
  /**
   * The handler that Lambda calls, created once when Lambda loads the module. Undefined wherever else the module is
   * imported.
   */
  handler: Handler | undefined;
}

/**
 * A Lambda function: `create` builds it from the ports that `connectors` create. It does not compile if `create`
 * needs a port that no connector creates, or if a connector needs more than the environment of the function.
 *
 * On Lambda it throws one error that names every missing or invalid variable, so that a deployment fails at its
 * start.
 */
export function entry<Name extends FunctionName, Named extends Connectors<Environment<Name>>, Handler>(
  _name: Name,
  connectors: Named,
  create: (service: Connected<Named>) => Handler,
): Entry<Connected<Named>, Handler> {
  if (process.env.AWS_LAMBDA_FUNCTION_NAME === undefined) return { create, handler: undefined };
  const needed = Object.values(connectors).map((connector) => connector.environment.shape);
  const environment = parseEnvironment(z.object(Object.assign({}, ...needed)), process.env);
  const running = {
    clock: systemClock,
    log: createLog((line) => process.stdout.write(`${line}\n`), process.env.SERVICE_NAME),
  };
  const ports = connect(connectors, environment as Environment<Name>, running, new Clients());
  return { create, handler: flushing(create(ports), ports) };
}

/**
 * The handler. It also writes the statistics that it has counted, when they are due: between invocations the process
 * does not run.
 */
function flushing<Handler>(handler: Handler, { statistics }: { statistics?: Statistics }): Handler {
  if (statistics === undefined || typeof handler !== 'function') return handler;
  const flushed = async (...given: unknown[]) => {
    try {
      return await handler(...given);
    } finally {
      await statistics.flushIfDue();
    }
  };
  return flushed as Handler;
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
