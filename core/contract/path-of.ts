import { itemPath } from './query-form.ts';
import { type Operation, routes } from './routes.ts';

type PathOf<Name extends Operation> = Extract<(typeof routes)[number], { operation: Name }>['path'];

type NamesIn<Path> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Greedy}+` ? Greedy : Name) | NamesIn<Rest>
  : never;

/** The path parameters of an operation, by their names in the route. */
export type PathParameters<Name extends Operation> = Record<NamesIn<PathOf<Name>>, string>;

/**
 * The path of an operation, with percent-encoded parameters. For an operation on an item it is the query form, which
 * is right for every id. Texts, links and clients use these paths.
 */
export function pathOf<Name extends Operation>(operation: Name, parameters: PathParameters<Name>): string {
  const values: Record<string, string | undefined> = parameters;
  const { workflow = '', item } = values;
  if (item !== undefined) return itemPath(workflow, item);
  const path: string = routes.find((route) => route.operation === operation)?.path ?? '';
  return path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? ''));
}
