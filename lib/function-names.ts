import { environments } from '../core/names/environments.ts';

type Environments = typeof environments;

/** Every function that is deployed. */
export type FunctionName = keyof Environments;

/** Every environment variable of a function. */
export type VariableName = { [Name in FunctionName]: keyof Environments[Name]['shape'] }[FunctionName];

export const functionNames = Object.keys(environments) as FunctionName[];

/** The variables that the function parses at its start, from the same schema. */
export function variablesOf(name: FunctionName): VariableName[] {
  return Object.keys(environments[name].shape) as VariableName[];
}
