import { guardFault, type ItemPath } from '../contract/item-path.ts';
import type { HttpContract } from '../contract/operation.ts';
import { itemParameter } from '../contract/query-form.ts';
import { ProblemError } from '../problem-error.ts';
import { parsePart } from './parse-part.ts';
import { firstValue, queryOf } from './query.ts';

/** The parts of an event that are about its URL. */
interface UrlParts {
  rawQueryString: string;
  pathParameters?: Record<string, string | undefined> | null | undefined;
}

/** An id that is not encoded is cut at such a character, and the rest becomes parameters. */
const encodeHint = ' If it is a part of the id, write ? as %3F, & as %26 and # as %23.';
const queryFormNames = new Map([['item', itemParameter]]);

/**
 * The item of an event, in either form of the URL, before anything is parsed: for the log. Undefined for an operation
 * on something else.
 */
export function itemOf(contract: HttpContract, event: UrlParts | undefined): string | undefined {
  if (!contract.pathForm) return undefined;
  return event?.pathParameters?.item ?? firstValue(String(event?.rawQueryString), itemParameter);
}

/** The one place that knows the two forms of an item's URL: operations receive the same `path` for both. */
export function parseUrl(contract: HttpContract, event: UrlParts): { path: unknown; query: unknown } {
  const given = event.pathParameters ?? {};
  const read = () => (contract.anyQuery ? {} : queryOf(event.rawQueryString, contract.repeatable));
  if (contract.pathForm === undefined || given.item !== undefined) {
    const path = contract.pathForm ?? contract.path;
    return {
      path: path && parsePart(path, given),
      query: contract.query && parsePart(contract.query, read(), queryHint(contract)),
    };
  }
  const { [itemParameter]: item, ...rest } = read();
  if (item === undefined) throw itemMissing();
  return {
    path: contract.path && parsePart(contract.path, { ...given, item }, { names: queryFormNames }),
    query: contract.query && parsePart(contract.query, rest, queryHint(contract)),
  };
}

function queryHint({ pathForm }: HttpContract): { unknownHint: string } {
  return { unknownHint: ` This is a query parameter.${pathForm ? encodeHint : ''}` };
}

function itemMissing(): ProblemError {
  const message = `is required: the item's id, percent-encoded, as in ?${itemParameter}=scan-4711.tiff`;
  return new ProblemError('invalid-request', `${itemParameter}: ${message}`, {
    errors: [{ path: itemParameter, message }],
  });
}

/** The body without the id of the item, which must equal the id in the URL and is not used otherwise. */
export function withoutGuard(path: ItemPath, body: object | undefined): object | undefined {
  if (body === undefined || !('item' in body)) return body;
  const { item, ...rest } = body;
  const message = item === undefined ? undefined : guardFault(path, String(item));
  if (message === undefined) return rest;
  throw new ProblemError('invalid-request', `item: ${message}`, { errors: [{ path: 'item', message }] });
}
