import { environments } from '../core/names/environments.ts';

/** The function that is deployed once for each receiver of notifications, and not at all without any. */
export const forwarder = 'forward-notifications';

/** Every other function except `ingest`, which is deployed with its queue. Each is deployed once. */
export type FunctionName = Exclude<keyof typeof environments, typeof forwarder | 'ingest'>;

/** The functions that act on the tables, timers and topics of the service. */
export type ServiceFunctionName = FunctionName | 'ingest';

type Environments = Pick<typeof environments, ServiceFunctionName>;

/** Every environment variable of a function. */
export type VariableName = {
  [Name in ServiceFunctionName]: keyof Environments[Name]['shape'];
}[ServiceFunctionName];

export const functionNames = Object.keys(environments).filter(
  (name) => name !== forwarder && name !== 'ingest',
) as FunctionName[];

/** The variables that the function parses at its start, from the same schema. */
export function variablesOf(name: ServiceFunctionName): VariableName[] {
  return Object.keys(environments[name].shape) as VariableName[];
}
