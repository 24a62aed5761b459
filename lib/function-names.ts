import { environments } from '../core/names/environments.ts';

type Environments = Omit<typeof environments, typeof forwarder>;

/** The function that is deployed once for each receiver of notifications, and not at all without any. */
export const forwarder = 'forward-notifications';

/** Every other function. Each is deployed once. */
export type FunctionName = keyof Environments;

/** Every environment variable of a function. */
export type VariableName = { [Name in FunctionName]: keyof Environments[Name]['shape'] }[FunctionName];

export const functionNames = Object.keys(environments).filter((name) => name !== forwarder) as FunctionName[];

/** The variables that the function parses at its start, from the same schema. */
export function variablesOf(name: FunctionName): VariableName[] {
  return Object.keys(environments[name].shape) as VariableName[];
}
