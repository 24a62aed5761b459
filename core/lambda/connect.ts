import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { Clients } from '../aws/clients.ts';
import { LeastTimeoutEnvironment, WorkflowLimitEnvironment } from '../names/environment.ts';
import type { ConsolePorts, ForwardingPorts, Ports } from '../ports.ts';
import type { Running } from '../running.ts';

/** Makes one port from the environment: an adapter's class, as a rule. */
export interface Connector<Environment, Port> {
  /** The variables that it needs. */
  environment: z.ZodMiniObject;
  connect: (environment: Environment, running: Running, clients: Clients) => Port;
}

/** Connectors of ports that need no variables beyond this environment. */
type AllPorts = Ports & ForwardingPorts & ConsolePorts;
export type Connectors<Environment> = {
  [Name in keyof AllPorts]?: Connector<Environment, AllPorts[Name]>;
};

/** The ports that these connectors make, and the ports that every function has. */
export type Connected<Named> = Running & Pick<AllPorts, Extract<keyof Named, keyof AllPorts>>;

export function connect<Environment, Named extends Connectors<Environment>>(
  connectors: Named,
  environment: Environment,
  running: Running,
  clients: Clients,
): Connected<Named> {
  const named: [string, Connector<Environment, unknown>][] = Object.entries(connectors);
  const ports = named.map(([name, connector]) => [name, connector.connect(environment, running, clients)]);
  return { ...running, ...Object.fromEntries(ports) };
}

export const leastTimeoutSeconds = {
  environment: LeastTimeoutEnvironment,
  connect: ({ LEAST_TIMEOUT_SECONDS }: LeastTimeoutEnvironment) => LEAST_TIMEOUT_SECONDS,
};

export const workflowLimit = {
  environment: WorkflowLimitEnvironment,
  connect: ({ WORKFLOW_LIMIT }: WorkflowLimitEnvironment) => WORKFLOW_LIMIT,
};
export const wait = { environment: z.object({}), connect: () => (ms: number) => setTimeout(ms) };

export const newId = { environment: z.object({}), connect: () => randomUUID };
